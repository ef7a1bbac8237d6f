/** An object of each type that OX keeps, and one more user: all that refer to each other. */
import { aContext, aGroup, anAccount, aResource, aUser } from './objects.ts';

export const anna = aUser('anna');
export const bert = aUser('bert');
export const group = aGroup('sales', ['anna', 'bert']);
export const account = anAccount('info', ['anna', 'bert']);
export const resource = aResource('beamer');
export const context = aContext(30, { name: 'thirty' });
export const ALL = [context, anna, bert, group, account, resource];
