/** Small configurations in the form of LSC and its James and TMail plugin: one for each of the seven jobs. */

export interface LscSite {
  readonly ldap: string;
  readonly bindDn: string;
  readonly password: string;
  readonly base: string;
  readonly server: string;
  readonly token: string;
}

export interface LscJob {
  readonly task: string;
  readonly service: string;
  readonly implementation: string;
  /** Dataset → expression. */
  readonly datasets: Readonly<Record<string, string>>;
  readonly conditions: readonly [create: boolean, update: boolean, remove: boolean];
}

const values = (attribute: string): string => `srcBean.getDatasetValuesById("${attribute}")`;
const first = (attribute: string): string => `srcBean.getDatasetFirstValueById('${attribute}');`;

export const LSC_JOBS: readonly LscJob[] = [
  {
    task: 'userSynchronization',
    service: 'jamesUsersService',
    implementation: 'JamesUserDstService',
    datasets: {},
    conditions: [true, false, true],
  },
  {
    task: 'aliasSynchronization',
    service: 'jamesAliasService',
    implementation: 'JamesAliasDstService',
    datasets: { sources: values('mailAlias') },
    conditions: [true, true, true],
  },
  {
    task: 'forwardSynchronization',
    service: 'jamesForwardService',
    implementation: 'JamesForwardDstService',
    datasets: { forwards: values('mailForward') },
    conditions: [true, true, true],
  },
  {
    task: 'mappingSynchronization',
    service: 'jamesAddressMappingService',
    implementation: 'JamesAddressMappingDstService',
    datasets: { addressMappings: values('mailMapping') },
    conditions: [false, true, true],
  },
  {
    task: 'quotaSynchronization',
    service: 'jamesMailQuotaSizeService',
    implementation: 'JamesMailQuotaSizeDstService',
    datasets: { mailQuotaSize: first('mailQuotaSize') },
    conditions: [true, true, true],
  },
  {
    task: 'identitySynchronization',
    service: 'jamesIdentityService',
    implementation: 'JamesIdentityDstService',
    datasets: { firstname: first('givenName'), surname: first('sn') },
    conditions: [true, false, false],
  },
  {
    task: 'contactSynchronization',
    service: 'tmailContactService',
    implementation: 'TMailContactDstService',
    datasets: { firstname: first('givenName'), surname: first('sn') },
    conditions: [true, true, true],
  },
];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function lscXml(site: LscSite, jobs: readonly LscJob[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<lsc xmlns="http://lsc-project.org/XSD/lsc-core-2.2.xsd" xmlns:james="http://lsc-project.org/XSD/lsc-james-plugin-1.0.xsd" revision="0">
  <connections>
    <ldapConnection>
      <name>directory</name>
      <url>${escaped(site.ldap)}/${escaped(site.base)}</url>
      <username>${escaped(site.bindDn)}</username>
      <password>${escaped(site.password)}</password>
      <authentication>SIMPLE</authentication>
      <referral>IGNORE</referral>
      <derefAliases>NEVER</derefAliases>
      <version>VERSION_3</version>
      <pageSize>-1</pageSize>
      <factory>com.sun.jndi.ldap.LdapCtxFactory</factory>
      <tlsActivated>false</tlsActivated>
    </ldapConnection>
    <pluginConnection>
      <name>server</name>
      <url>${escaped(site.server)}/</url>
      <username>nobody</username>
      <password>${escaped(site.token)}</password>
    </pluginConnection>
  </connections>
  <tasks>
${jobs.map((job) => taskXml(site, job)).join('\n')}
  </tasks>
</lsc>
`;
}

function taskXml({ base }: LscSite, { task, service, implementation, datasets, conditions }: LscJob): string {
  const [create, update, remove] = conditions;
  return `    <task>
      <name>${task}</name>
      <bean>org.lsc.beans.SimpleBean</bean>
      <ldapSourceService>
        <name>people</name>
        <connection reference="directory" />
        <baseDn>${escaped(base)}</baseDn>
        <pivotAttributes><string>mail</string></pivotAttributes>
        <fetchedAttributes>
          <string>mail</string>
        </fetchedAttributes>
        <getAllFilter><![CDATA[(&(objectClass=inetOrgPerson)(mail=*))]]></getAllFilter>
        <getOneFilter><![CDATA[(&(objectClass=inetOrgPerson)(mail={mail}))]]></getOneFilter>
        <cleanFilter><![CDATA[(&(objectClass=inetOrgPerson)(mail={email}))]]></cleanFilter>
      </ldapSourceService>
      <pluginDestinationService implementationClass="org.lsc.plugins.connectors.james.${implementation}">
        <name>server-service</name>
        <connection reference="server" />
        <james:${service}>
          <name>service</name>
          <connection reference="server" />
        </james:${service}>
      </pluginDestinationService>
      <propertiesBasedSyncOptions>
        <mainIdentifier>srcBean.getDatasetFirstValueById("mail")</mainIdentifier>
        <defaultDelimiter>;</defaultDelimiter>
        <defaultPolicy>FORCE</defaultPolicy>
        <conditions>
          <create>${create}</create>
          <update>${update}</update>
          <delete>${remove}</delete>
          <changeId>true</changeId>
        </conditions>
${Object.entries(datasets)
  .map(
    ([name, expression]) => `        <dataset>
          <name>${name}</name>
          <policy>FORCE</policy>
          <forceValues>
            <string>${escaped(expression)}</string>
          </forceValues>
        </dataset>`,
  )
  .join('\n')}
      </propertiesBasedSyncOptions>
    </task>`;
}

export const AN_LSC_SITE: LscSite = {
  ldap: 'ldap://ldap.example.org',
  bindDn: 'cn=reader,dc=example',
  password: 'a & secret',
  base: 'ou=people,dc=example',
  server: 'http://tmail:8000',
  token: 'a-token',
};
