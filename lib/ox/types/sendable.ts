/** Refuses texts that XML cannot carry, by the name of the property they come from (docs/behaviour.md, "Texts"). */
import { type Properties, readText } from '../../model/udm.ts';
import { unsendableAt } from '../soap/serializer.ts';
import { fitting, type Limit } from './lengths.ts';
import { propertyInvalid } from './property-invalid.ts';

/** Answers `text`; throws PROPERTY_INVALID where it holds a character that XML 1.0 has no way to write. */
export function sendable(text: string, property: string, dn: string): string {
  const at = unsendableAt(text);
  if (at === null) {
    return text;
  }
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  const what = `holds the character U+${code} at position ${at + 1}, which XML cannot carry`;
  throw propertyInvalid(dn, property, `the property ${property} of ${dn} ${what}`);
}

/** The property's first value, fit to be sent and stored; null: it has none. */
export function readSendable(properties: Properties, property: string, dn: string, limit: Limit): string | null {
  const text = readText(properties[property]);
  return text === null ? null : fitting(sendable(text, property, dn), limit, property, dn);
}
