/** Real servers are not everywhere: tests that need them are skipped with a clear line, but not where nothing may be. */

export function describeOrSkip(title: string, missing: string | null, body: () => void): void {
  if (missing === null) {
    describe(title, body);
    return;
  }
  if (process.env.OX_CONNECTOR_REQUIRE_TOOLS === '1') {
    it(`${title} needs ${missing}`, () => {
      throw new Error(`${missing} is not installed`);
    });
    return;
  }
  process.stderr.write(`skipped: ${title}: ${missing} is not installed\n`);
  describe.skip(`${title} (${missing} is not installed)`, body);
}
