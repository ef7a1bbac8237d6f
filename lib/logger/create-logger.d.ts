/** winston publishes no types for this entry; it is what its index calls `createLogger`. */
declare module 'winston/lib/winston/create-logger.js' {
  import { createLogger } from 'winston';
  export default createLogger;
}
