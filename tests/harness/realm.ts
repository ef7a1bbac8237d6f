/**
 * jest runs tests in a realm of their own, in which `instanceof Error` denies the errors that Node itself throws. Here it
 * answers as it does in the product.
 */
const ordinary = Function.prototype[Symbol.hasInstance];
const NATIVE: ReadonlySet<unknown> = new Set([Error, TypeError, RangeError, SyntaxError, AggregateError]);

Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: ErrorConstructor, value: unknown): boolean {
    if (ordinary.call(this, value) || !NATIVE.has(this) || Object.prototype.toString.call(value) !== '[object Error]') {
      return ordinary.call(this, value);
    }
    return this === Error || (value as Error).name === this.name;
  },
});
