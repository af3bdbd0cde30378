import { expect, test } from "vitest";

import { type Answers, json, metricsText, refusal, soundPlugins, storageLine } from "../support/fake-cluster.ts";
import { type Case, forbidden, verdicts } from "../support/verdicts.ts";

const strangerAsks = "we POST /apis/authorization.k8s.io/v1/subjectaccessreviews";
const selfAsks = "we POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const secretsStored = (...lines: readonly string[]): Answers => ({
  "we GET /metrics": { status: 200, text: metricsText(soundPlugins, lines) },
});

const cases: readonly Case[] = [
  [
    "authorization",
    "not-enforced",
    "a stranger who may read Secrets",
    { [strangerAsks]: json(201, { status: { allowed: true } }) },
  ],
  [
    "authorization",
    "enforced",
    "no right to ask about others, and a refusal of one's own",
    { [strangerAsks]: forbidden, [selfAsks]: json(201, { status: { allowed: false } }) },
  ],
  ["authorization", "unknown", "no right to ask about others, and everything allowed", { [strangerAsks]: forbidden }],
  [
    "anonymous-requests",
    "not-enforced",
    "a role that is missing",
    { "nobody GET /api/v1/namespaces": refusal(403, "system:anonymous cannot list") },
  ],
  ["anonymous-requests", "not-enforced", "an open door", { "nobody GET /api/v1/namespaces": json(200, { items: [] }) }],
  [
    "anonymous-requests",
    "enforced",
    "health checks for everybody",
    { "nobody GET /livez": { status: 200, text: "ok" } },
  ],
  [
    "anonymous-requests",
    "unknown",
    "a proxy that fails",
    { "nobody GET /api/v1/namespaces": { status: 502, text: "bad gateway" } },
  ],
  ["encryption-at-rest", "unknown", "no metrics", { "we GET /metrics": forbidden }],
  ["encryption-at-rest", "unknown", "no Secret so far", secretsStored()],
  [
    "encryption-at-rest",
    "unknown",
    "another kind that is encrypted",
    secretsStored(storageLine("k8s:enc:aescbc:v1:", "to_storage", "configmaps")),
  ],
  [
    "encryption-at-rest",
    "unknown",
    "old Secrets that are read, and none that was written since",
    secretsStored(storageLine("k8s:enc:kms:v2:", "from_storage")),
  ],
  [
    "encryption-at-rest",
    "not-enforced",
    "new Secrets in clear",
    secretsStored(storageLine("k8s:enc:aesgcm:v1:", "from_storage"), storageLine("", "to_storage")),
  ],
];

test.each(cases)("%s is %s: %s", async (name, verdict, _what, changed) => {
  expect((await verdicts(changed))[name]).toBe(verdict);
});
