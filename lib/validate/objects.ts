/** Checks the properties of each object type before anything is sent (docs/behaviour.md, "A queue file"). */
import type { ValidateFunction } from 'ajv';
import { validate as accessProfile } from '#generated/validate-access-profile.cjs';
import { validate as context } from '#generated/validate-context.cjs';
import { validate as functionalAccount } from '#generated/validate-functional-account.cjs';
import { validate as group } from '#generated/validate-group.cjs';
import { validate as resource } from '#generated/validate-resource.cjs';
import { validate as user } from '#generated/validate-user.cjs';
import type { ObjectType } from '../model/change.ts';
import type { Properties } from '../model/udm.ts';
import { mistakesOf } from './messages.ts';

const VALIDATORS: Readonly<Record<ObjectType, ValidateFunction>> = {
  'oxmail/oxcontext': context,
  'oxmail/accessprofile': accessProfile,
  'users/user': user,
  'groups/group': group,
  'oxmail/functional_account': functionalAccount,
  'oxresources/oxresources': resource,
};

/** Pointers are those of the queue file, so they start with `/object`. */
export function objectMistakes(type: ObjectType, properties: Properties): string[] {
  return mistakesOf(VALIDATORS[type], properties, { base: '/object' });
}
