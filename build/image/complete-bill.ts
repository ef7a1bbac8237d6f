/** Adds the Debian packages of the image to the bill of materials. Arguments: the bill, the output of dpkg-query. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withDebianPackages } from '../components.ts';

const [bill = '', listing = ''] = process.argv.slice(2);
const complete = withDebianPackages(JSON.parse(readFileSync(bill, 'utf8')), readFileSync(listing, 'utf8'));
writeFileSync(bill, `${JSON.stringify(complete, null, 2)}\n`);
