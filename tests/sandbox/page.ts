/** The plain-text page behind GET /sandbox/. */

export const PAGE = `Sandbox OX: a stateful fake of the OX App Suite provisioning server.

POST /webservices/<Service>    SOAP, as OX answers it; GET ...?wsdl gives the contract

GET  /webservices/<Service>?wsdl   GET /appsuite/api/version?action=version

GET  /sandbox/state            all contexts, users, groups, resources, accounts
GET  /sandbox/state?ids=names  canonical: no ids, no passwords, members by name; compare two histories with it
GET  /sandbox/calls            every SOAP call since the last reset ({n, service, operation, context, object, outcome, body})
     ?service= ?operation= ?since=N
GET  /sandbox/calls?count      {total, byOperation, bytesIn, bytesOut, cpuMs}
GET  /sandbox/violations       what OX lets pass (or not) and a careful client must not do; empty is good
GET  /sandbox/connections      {soap, accepted, open}: TCP connections that carried SOAP, all accepted ones, open now
GET  /sandbox/rules            fault rules that have not struck yet
GET  /sandbox/options          the switches

POST /sandbox/reset            back to the start (or to the seed in the body); options and rules too
POST /sandbox/seed             merges {"contexts": {"10": {"name", "maxQuota", "loginMappings", "admin": {"name", "password"},
                                 "users": [{"name", ...WSDL fields, "moduleAccess", "accounts"}],
                                 "groups": [{"name", "displayname", "members": [names or ids]}], "resources": [...]}}}
POST /sandbox/drift            an operation or a list of them: deleteUser, setUser, deleteGroup, setGroup, deleteResource,
                                 setResource, removeAccount, deleteContext, renumber, lockUsers; e.g. {"renumber": {"context": 10}}
POST /sandbox/options          e.g. {"usernameChangeable": false, "latencyMs": 50}
POST /sandbox/rules            a list of {"match": {"service", "operation", "context", "object", "call", "nth"}, "times": 1,
                                 "action": ...}; DELETE forgets them. Actions, which may be combined:
     {"delay": ms}                                  before applying the call (after it with "applied": true)
     {"fault": {"exception", "text", "code"}}       \\
     {"status": 502, "body", "contentType", "headers"} |
     {"redirect": "url"}                            | not applied, unless "applied": true
     {"truncate": bytes}  {"garbage": "text"}       |
     {"wrongOperation": true}  {"huge": bytes}      |
     {"hugeList": bytes}                            /
     {"reset": "before" | "during" | "after"}       the connection; during: applied "delay" ms later
     {"hang": "before" | "after"}                   never an answer
     {"doctype": true}  {"gzip": true}              a valid answer with a DOCTYPE in front, or compressed (also with huge)
     {"kill": pid, "signal": "SIGKILL", "when": "before" | "after"}
                                                    before: the call is lost (not applied) when the signal is SIGKILL
POST /sandbox/close            closes idle connections
`;
