/** A property that cannot be provisioned as it is. */
import { ConnectorError } from '../../errors/connector-error.ts';

export function propertyInvalid(
  dn: string,
  property: string,
  message: string,
  remedy = `Correct ${property} in UDM; the change of the object then comes into the queue by itself.`,
): ConnectorError {
  return new ConnectorError('PROPERTY_INVALID', message, { fields: { dn, property }, remedy });
}
