/** The queue of the demonstration: a morning at a small company, in the order in which UCS noticed it. */
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  changed,
  deleted,
  groupDn,
  type QueueFile,
  userDn,
} from '../harness/objects.ts';
import { JPEG } from '../harness/picture.ts';

const anna = aUser('anna', {
  firstname: 'Anna',
  lastname: 'Müller-Lüdenscheidt',
  displayName: 'Anna Müller-Lüdenscheidt',
  mailAlternativeAddress: ['anna.mueller@example.org'],
  organisation: 'Käse & Söhne <GmbH>',
  title: 'Dr.',
  birthday: '1984-02-29',
  phone: ['+49 421 1', '+49 421 2'],
  jpegPhoto: JPEG,
  groups: [groupDn('vertrieb')],
});
const bjoern = aUser('bjoern', {
  firstname: 'Björn',
  lastname: 'Ångström',
  displayName: 'Björn Ångström 🎉',
  isOxUser: 'OK',
  oxContext: '10',
  oxAccess: 'webmail only (extern)',
});
const carla = aUser('carla', { firstname: 'Carla', lastname: 'D’Amico', displayName: 'Carla', oxContext: 20 });
const dora = aUser('dora', { firstname: 'Dora', lastname: 'Weg', displayName: 'Dora Weg' });
const emil = aUser('emil', { firstname: 'Emil', lastname: 'Koch', displayName: 'Emil Koch', oxContext: 20 });
const administrator = aUser('Administrator', { isOxUser: 'Not', displayName: 'Administrator' });
const vertrieb = aGroup('vertrieb', ['anna', 'bjoern', 'carla', 'dora']);
const beamer = aResource('beamer', { displayname: 'Beamer »Größe XL«', description: '1. Stock, Raum "Elbe" & Flur' });

/** In the order of their names, which is not the order of what refers to what. */
export const DEMO_QUEUE: readonly QueueFile[] = [
  aProfile('premium', ['webmail', 'calendar', 'contacts', 'tasks', 'infostore', 'activesync', 'usm']),
  vertrieb,
  anna,
  bjoern,
  aProfile('webmail only (extern)', ['webmail', 'contacts']),
  aGroup('Domain Users', ['anna', 'bjoern', 'Administrator'], { isOxGroup: 'Not' }),
  administrator,
  carla,
  aContext(20, { oxQuota: '5000' }),
  emil,
  anAccount('info', ['anna', 'carla'], { personal: 'Auskunft & Empfang 📮' }),
  dora,
  beamer,
  aResource('raum-elbe', { displayname: 'Raum Elbe', oxContext: 20 }),
  changed(anna, { title: '', employeeType: 'Vertriebsleitung' }),
  changed(carla, { oxContext: 10 }),
  changed(emil, { username: 'emil.koch', mailPrimaryAddress: 'emil.koch@example.org' }),
  changed(vertrieb, { name: 'Vertrieb Nord', users: ['anna', 'bjoern', 'carla'].map(userDn) }),
  changed(beamer, { description: '2. Stock' }),
  deleted(dora),
];

/** Somebody gives a group a name that OX does not take; a harmless change waits behind it. */
export const STUCK: readonly QueueFile[] = [
  changed(vertrieb, { name: 'Vertrieb / Nord', users: ['anna', 'bjoern', 'carla'].map(userDn) }),
  changed(beamer, { description: '3. Stock' }),
];

/** What the administrator does about it in UDM. */
export const CURE: QueueFile = changed(vertrieb, {
  name: 'Vertrieb Nord und West',
  users: ['anna', 'bjoern', 'carla'].map(userDn),
});
