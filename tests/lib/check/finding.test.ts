/** How bad a finding is, and what to do about it, is said by its kind; of a failure by what failed. */
import { failureFinding, finding } from '../../../lib/check/finding.ts';
import { ConnectorError } from '../../../lib/errors/connector-error.ts';

it('has the severity and the remedy of its kind, beside what is found', () => {
  expect(finding('missing', 'OX has no user "anna"', { context: 10, object: 'uid=anna', repair: 'a' })).toEqual({
    severity: 'error',
    kind: 'missing',
    message: 'OX has no user "anna"',
    remedy: 'Provision the object again (--fix).',
    context: 10,
    object: 'uid=anna',
    repair: 'a',
  });
});

it('is no problem where it is only told', () => {
  expect(finding('version', 'OX is of version 8')).toMatchObject({ severity: 'info', remedy: '' });
});

it('of a failure says its code and its own remedy', () => {
  const error = new ConnectorError('OX_REFUSED', 'refused', { remedy: 'Allow it.' });
  const found = { severity: 'error', kind: 'failure', code: 'OX_REFUSED', message: 'refused', remedy: 'Allow it.' };
  expect(failureFinding(error, 20)).toEqual({ ...found, context: 20 });
  expect(failureFinding(error)).toEqual(found);
});
