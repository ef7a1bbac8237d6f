/** A SOAP fault of OX, and the questions one may ask of it. Never search a fault's text elsewhere. */

export class OxFault extends Error {
  override readonly name = 'OxFault';
  /** OX's exception, e.g. `InvalidDataException`; empty: the fault has no detail. */
  readonly exception: string;

  constructor(text: string, exception: string) {
    super(shortened(withoutExceptionIds(text)));
    this.exception = exception;
  }

  /** The user, group, resource or context that was addressed is not there. */
  get isNotFound(): boolean {
    return (
      this.isNoSuchContext || this.#names(/NoSuch(?:User|Group|Resource)Exception/) || NOT_FOUND.test(this.message)
    );
  }

  get isNoSuchContext(): boolean {
    return this.#names(/NoSuchContextException/);
  }

  get isNoSuchUser(): boolean {
    return this.#names(/NoSuchUserException/);
  }

  get isWrongCredentials(): boolean {
    return this.exception === 'InvalidCredentialsException' || /InvalidCredentialsException: /.test(this.message);
  }

  /** The aliases sent lack the primary mail or the default sender that OX has stored. */
  get isAddressMissing(): boolean {
    return /must be present in set of aliases/.test(this.message);
  }

  /** Another object has the name that this one should get. */
  get isNameTaken(): boolean {
    return /already exists/i.test(this.message);
  }

  /** Whoever is to become a member of a group is one. */
  get isMemberAlready(): boolean {
    return /Member already exists in group/i.test(this.message);
  }

  /** Another write of the context was going on for too long: nothing has been done. */
  get isUpdateConflict(): boolean {
    return /User update conflict/i.test(this.message);
  }

  /** What is left of a context with the same number is in the way of the new one: nothing has been done. */
  get isNumberInUse(): boolean {
    return /FLD-0038/.test(this.message);
  }

  /** A new user is refused because of a guest; OX's words for that are not known: they name one, and are no others. */
  get isAboutGuest(): boolean {
    return this.mayMeanExists && /guest/i.test(this.message) && !OTHER_THAN_GUEST.test(this.message);
  }

  /** OX brings its database to a new version: nothing is wrong with the object. */
  get isBeingUpdated(): boolean {
    return this.#names(/DatabaseUpdateException/);
  }

  /** OX objects to this object, and would do so again: no outage, no trouble with credentials, context or database. */
  get isAboutObject(): boolean {
    if (this.isWrongCredentials || this.isBeingUpdated || this.isNoSuchContext) {
      return false;
    }
    const isStorage = this.exception === 'StorageException';
    return isStorage
      ? ABOUT_OBJECT.test(this.message) && !OUTAGE.test(this.message.replace(QUOTED, ''))
      : /^(?:InvalidData|NoSuch\w+|\w+Exists)Exception$/.test(this.exception);
  }

  /** Refused because of the object's values, which may mean that it exists already. */
  get mayMeanExists(): boolean {
    return (
      !this.isWrongCredentials && !this.isBeingUpdated && !this.isNoSuchContext && this.exception !== 'RemoteException'
    );
  }

  /** OX wraps one exception in another and keeps the inner name in the text. */
  #names(pattern: RegExp): boolean {
    return pattern.test(this.exception) || pattern.test(this.message);
  }
}

const NOT_FOUND =
  /^No such (?:user|group|resource)|^resource with with this id does not exist|^Resource with this id does not exist/i;

/**
 * OX quirk: many refusals of one object are worded like failures of its database. Seen:
 * docs/ox.md, "Refusals worded as failures". So: these texts count as refusals; what is in neither list counts as an
 * outage.
 */
const ABOUT_OBJECT = new RegExp(
  [
    'InvalidDataException',
    // Display name, own folder names, and a right that only the context's admin may have.
    'FLD-0075|FLD-0089|Problem storing the primary mail account',
    // A text too long, in the words of a creation and of a change; aliases that differ in case only.
    'Data too long|Data truncation|SQLIntegrityConstraintViolationException: Duplicate entry',
    // Pictures, and a mail host that is none.
    'IIOException|NoSuchImageReader|CON-0172|imageContentType|URISyntaxException',
    // Mail accounts: a duplicate, a user that lost its own, no server.
    'Duplicate mail account|ACC-0017|ACC-0002|end-point',
    // A copy to a context that has the name; an event that hinders a deletion.
    'UCP-0011|CAL-4060',
    'Quota cannot be changed|Global address book can not be disabled|mapping is already in use',
  ].join('|'),
);

/** Refusals of new users with other reasons: what they quote of the user may say `guest` too. */
const OTHER_THAN_GUEST = new RegExp(
  [
    'User .* already exists in this context|Already assigned to user|displayname is already used|Mandatory fields',
    'Illegal chars|Invalid email address|must be present in set of aliases|must have the same value|No such access',
    'must contain an underscore|timezone is invalid|Invalid PasswordMech|Empty password|folder mode',
    'Guests cannot be changed|guest user to group|Authentication failed|No such user',
    'FLD-\\d|Data too long|Data truncation|Duplicate entry|ImageReader|IIOException|CON-\\d|URISyntaxException',
  ].join('|'),
);

/** What OX quotes of the object, which may be called anything. */
const QUOTED = /"[^"]*"/g;

/** Whatever else such a text holds. */
const OUTAGE =
  /User update conflict|DatabaseUpdateException|CommunicationsException|\bDBP-\d|Lock wait timeout|Deadlock found|read-only|FLD-0038|UCP-0003/i;

/** Every text ends in `; exceptionId <int>-<count>`, wrapped ones several times. */
function withoutExceptionIds(text: string): string {
  return text.replace(/;? *exceptionId -?\d+-\d+/g, '').trim();
}

/** Longer than any text of OX: what comes after it is for nobody's log. */
const LONGEST = 4000;

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more characters)`;
}
