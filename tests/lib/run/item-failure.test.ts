/** A failure knows its file, and tells of itself what its cause tells. */
import { ConnectorError } from '../../../lib/errors/connector-error.ts';
import { ItemFailure, withRemedy } from '../../../lib/run/item-failure.ts';
import { aUser } from '../../harness/objects.ts';

it('is of the kind of its cause, and gives its message and remedy for a reason', () => {
  const cause = new ConnectorError('PROPERTY_INVALID', 'the property oxNote cannot be sent', {
    remedy: 'Correct it in UDM.',
  });
  const failure = new ItemFailure('/queue/1.json', aUser('anna').dn, cause);
  expect(failure).toMatchObject({
    message: 'cannot process /queue/1.json',
    path: '/queue/1.json',
    dn: aUser('anna').dn,
    code: 'PROPERTY_INVALID',
    nature: 'object',
    item: {},
  });
  expect(failure.reason).toBe('the property oxNote cannot be sent. What to do: Correct it in UDM.');
});

it('takes what nobody expected for a failure of everything', () => {
  expect(new ItemFailure('/queue/1.json', '', new TypeError('x is not a function'))).toMatchObject({
    code: 'INTERNAL',
    nature: 'everything',
    reason: expect.stringContaining('x is not a function'),
  });
});

it('says nothing about what to do where there is nothing', () => {
  expect(withRemedy('refused', '')).toBe('refused');
});
