/** What must agree before a release. */

export interface ReleaseFiles {
  /** Of `git status --porcelain`. */
  readonly status: string;
  readonly packageJson: string;
  readonly lock: string;
  readonly ini: string;
  readonly dockerfile: string;
  readonly changelog: string;
}

/** Empty: ready. */
export function releaseMistakes(files: ReleaseFiles): string[] {
  const { version } = JSON.parse(files.packageJson) as { version: string };
  const found: readonly [string, string | undefined][] = [
    ['package-lock.json', (JSON.parse(files.lock) as { version?: string }).version],
    ['Version in build/appcenter/ini', /^Version = (.*)$/m.exec(files.ini)?.[1]],
    ['DockerImage in build/appcenter/ini', /^DockerImage = .*:(.*)$/m.exec(files.ini)?.[1]],
    ['ARG VERSION in Dockerfile', /^ARG VERSION=(.*)$/m.exec(files.dockerfile)?.[1]],
    ['the newest release in CHANGELOG.md', /^## \[(\d[^\]]*)\]/m.exec(files.changelog)?.[1]],
  ];
  return [
    ...(/^\d+\.\d+\.\d+$/.test(version) ? [] : [`version ${version} is not MAJOR.MINOR.PATCH`]),
    ...found
      .filter(([, other]) => other !== version)
      .map(([where, other]) => `${where} is ${other ?? 'missing'}, package.json says ${version}`),
    ...(files.status === '' ? [] : ['there are changes that are not committed']),
  ];
}
