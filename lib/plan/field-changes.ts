/** What a call would change, field by field, in a form that may be shown. */

export interface FieldChange {
  readonly field: string;
  /** Empty: nothing there. */
  readonly before: string;
  readonly after: string;
}

type Fields = Readonly<Record<string, unknown>>;

const SECRET = /^password$/i;

/** Fields that do not differ are left out; nothing and an empty text are the same. */
export function diffFields(before: Fields | null, after: Fields): FieldChange[] {
  return Object.entries(after).flatMap(([field, value]) => {
    const change = { field, before: shown(field, foundValue(field, before)), after: shown(field, value) };
    return change.before === change.after ? [] : [change];
  });
}

/** What OX has in a field, in the form in which it is sent. */
function foundValue(field: string, found: Fields | null): unknown {
  const value = found?.[field];
  // OX gives the host alone here, and the URL in a field of its own.
  if (field === 'imapServer' || field === 'smtpServer') {
    return found?.[`${field}String`] ?? value;
  }
  return typeof value === 'string' ? value.replace(/^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})$/, '$1') : value;
}

function shown(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') {
    return '';
  }
  // Unlimited is the same as none, and comes back as nil.
  if (value === -1 && /Quota$/.test(field)) {
    return '';
  }
  if (SECRET.test(field)) {
    return '(a password)';
  }
  if (field === 'image1') {
    return `(a picture of ${Math.round((String(value).length * 3) / 4)} bytes)`;
  }
  if (Array.isArray(value)) {
    return [...value]
      .map((each) => shown('', each))
      .sort()
      .join(', ');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
