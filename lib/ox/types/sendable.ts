/** Refuses what cannot be provisioned as it is, by the name of the property that it comes from (docs/behaviour.md, "Texts"). */
import { ConnectorError } from '../../errors/connector-error.ts';
import { type Properties, readText } from '../../model/udm.ts';
import { unsendableAt } from '../soap/serializer.ts';
import { excess, type Limit } from './lengths.ts';

export function propertyInvalid(
  dn: string,
  property: string,
  message: string,
  remedy = `Correct ${property} in UDM; the change of the object then comes into the queue by itself.`,
): ConnectorError {
  return new ConnectorError('PROPERTY_INVALID', message, { fields: { dn, property }, remedy });
}

/** Answers `text`; throws PROPERTY_INVALID where it holds a character that XML 1.0 has no way to write, or OX could not store it. */
export function sendable(text: string, limit: Limit | null, property: string, dn: string): string {
  const at = unsendableAt(text);
  if (at !== null) {
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    const what = `holds the character U+${code} at position ${at + 1}, which XML cannot carry`;
    throw propertyInvalid(dn, property, `the property ${property} of ${dn} ${what}`);
  }
  const beyond = limit && excess(text, limit);
  if (!beyond) {
    return text;
  }
  const { has, most, unit } = beyond;
  const message = `the property ${property} of ${dn} has ${has} ${unit}, OX stores at most ${most}`;
  const remedy = `Shorten ${property} in UDM; the change of the object then comes into the queue by itself.`;
  throw propertyInvalid(dn, property, message, remedy);
}

/** The property's first value, fit to be sent and stored; null: it has none. */
export function readSendable(properties: Properties, property: string, dn: string, limit: Limit): string | null {
  const text = readText(properties[property]);
  return text === null ? null : sendable(text, limit, property, dn);
}
