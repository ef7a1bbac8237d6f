/** Passwords that nobody needs to know (docs/behaviour.md, "Contexts"): 64 letters and digits. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ALPHABET = `${LETTERS}${LETTERS.toUpperCase()}0123456789`;
const LENGTH = 64;

/** At least one lower-case letter, one capital and one digit. */
export function randomPassword(): string {
  const { randomInt } = process.getBuiltinModule('node:crypto');
  for (;;) {
    const password = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    if (/[a-z]/.test(password) && /[A-Z]/.test(password) && /[0-9]/.test(password)) {
      return password;
    }
  }
}
