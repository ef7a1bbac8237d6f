// A minimal OX and a small queue for the warm-up run of the build: one object of most kinds, created and changed.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const ADMIN = 'http://soap.admin.openexchange.com';
const DATA = 'http://dataobjects.soap.admin.openexchange.com/xsd';

const RESULTS = {
  create: `<d:id>3</d:id><d:name>anna</d:name><d:maxQuota xsi:nil="true"/>`,
  createByModuleAccess: `<d:aliases>a@example.org</d:aliases><d:id>3</d:id><d:name>anna &amp; &#228;</d:name><d:mailenabled>true</d:mailenabled>`,
  getData: `<d:aliases>a@example.org</d:aliases><d:defaultSenderAddress>a@example.org</d:defaultSenderAddress><d:id>3</d:id><d:name>anna</d:name>`,
  exists: 'false',
};

/** Answers every operation as OX does when all goes well; one change finds nothing, so that faults are warm too. */
function startWarmUpServer() {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const operation = /Body><n\d+:(\w+)>/.exec(Buffer.concat(chunks).toString())?.[1] ?? '';
      const isFault = operation === 'change' && request.url.endsWith('OXGroupService');
      const body = isFault ? fault() : answer(operation);
      response.writeHead(isFault ? 500 : 200, {
        'Content-Type': 'text/xml;charset=UTF-8',
        'Content-Length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  server.on('connection', (socket) => socket.unref());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}`, unref: () => server.unref() });
    });
  });
}

function envelope(body) {
  return `<soap:Envelope xmlns:soap="${ENVELOPE}"><soap:Body>${body}</soap:Body></soap:Envelope>`;
}

function answer(operation) {
  const result = RESULTS[operation];
  if (result === undefined) {
    return envelope(operation === 'list' ? `<a:listResponse xmlns:a="${ADMIN}"/>` : '');
  }
  const namespaces = `xmlns:a="${ADMIN}" xmlns:d="${DATA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`;
  return envelope(`<a:${operation}Response ${namespaces}><a:return>${result}</a:return></a:${operation}Response>`);
}

function fault() {
  const detail = `<NoSuchGroupException xmlns="${ADMIN}"><NoSuchGroupException/></NoSuchGroupException>`;
  return envelope(
    `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>No such group; exceptionId 1-1</faultstring><detail>${detail}</detail></soap:Fault>`,
  );
}

function layOutWarmUpData(directory) {
  const listener = path.join(directory, 'listener');
  fs.mkdirSync(path.join(listener, 'old'), { recursive: true });
  fs.mkdirSync(path.join(directory, 'secrets'), { recursive: true });
  const login = { adminuser: 'oxadmin', adminpass: 'warm' };
  fs.writeFileSync(path.join(directory, 'secrets', 'contexts.json'), JSON.stringify({ master: login, 10: login }));
  const id = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const anna = {
    username: 'anna',
    isOxUser: true,
    oxContext: 10,
    oxAccess: 'premium',
    mailPrimaryAddress: 'a@example.org',
    firstname: 'Änna',
    lastname: 'A & B',
    displayName: 'Änna',
    birthday: '1984-02-29',
    phone: ['1', '2'],
    groups: ['cn=g,dc=example'],
    oxUserQuota: -1,
    jpegPhoto: '/9j/4AAQSkZJRgABAQEASABIAAD/2wBD',
  };
  const files = [
    [1, 'oxmail/accessprofile', 'cn=premium,dc=example', { name: 'premium', webmail: true, calendar: '1' }],
    [2, 'users/user', 'uid=anna,dc=example', anna],
    [3, 'users/user', 'uid=other,dc=example', { username: 'other', isOxUser: false }],
    [4, 'groups/group', 'cn=g,dc=example', { name: 'g', isOxGroup: true, users: ['uid=anna,dc=example'] }],
    [2, 'users/user', 'uid=anna,dc=example', { ...anna, title: 'Dr.' }],
    [
      5,
      'oxresources/oxresources',
      'cn=r,dc=example',
      { name: 'r', oxContext: 10, resourceMailAddress: 'r@example.org' },
    ],
  ];
  files.forEach(([number, type, dn, object], at) => {
    const content = { id: id(number), udm_object_type: type, dn, object, options: [] };
    fs.writeFileSync(path.join(listener, `2026-01-01-00-00-0${at}.json`), JSON.stringify(content));
  });
}

module.exports = { startWarmUpServer, layOutWarmUpData };
