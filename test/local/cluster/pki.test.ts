import { X509Certificate, createPublicKey } from "node:crypto";
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { type CertificateRequest, certificates, ensurePki, pkiFile } from "../../../local/cluster/pki.ts";
import { temporaryDirectory } from "../support/temporary.ts";

function read(directory: string, name: Parameters<typeof pkiFile>[1]): X509Certificate {
  return new X509Certificate(readFileSync(pkiFile(directory, name, "crt")));
}

test("certificates are made once, for their purpose, by the right authority, and readable by their owner only", async () => {
  const directory = temporaryDirectory();
  expect(await ensurePki(directory)).toBe(true);
  expect(await ensurePki(directory)).toBe(false);

  const ca = read(directory, "ca");
  const etcdAuthority = read(directory, "etcd-ca");
  expect(read(directory, "admin").verify(ca.publicKey)).toBe(true);
  expect(read(directory, "admin").subject).toContain("O=system:masters");
  expect(read(directory, "kwok").subject).not.toContain("O=");
  // A client certificate of the cluster must not open etcd.
  expect(read(directory, "admin").verify(etcdAuthority.publicKey)).toBe(false);
  expect(read(directory, "etcd-client").verify(etcdAuthority.publicKey)).toBe(true);
  expect(read(directory, "serving").checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(read(directory, "serving").checkHost("metrics-server.kube-system.svc")).toBeDefined();
  expect(read(directory, "admin").checkIP("127.0.0.1")).toBeUndefined();
  for (const file of readdirSync(directory)) expect(statSync(join(directory, file)).mode & 0o777, file).toBe(0o600);
});

test.each(["admin.crt", "serving.key"])("a damaged %s is noticed, and the token key stays", async (file) => {
  const directory = temporaryDirectory();
  await ensurePki(directory);
  const tokenKey = readFileSync(pkiFile(directory, "sa", "key"), "utf8");
  writeFileSync(join(directory, file), readFileSync(join(directory, file)).subarray(0, 40));
  expect(await ensurePki(directory)).toBe(true);
  expect(await ensurePki(directory)).toBe(false);
  expect(readFileSync(pkiFile(directory, "sa", "key"), "utf8")).toBe(tokenKey);
});

test("half of the token key is worth nothing, so both halves are made anew", async () => {
  const directory = temporaryDirectory();
  await ensurePki(directory);
  rmSync(pkiFile(directory, "sa", "pub"));
  expect(await ensurePki(directory)).toBe(true);
  const [key, pub] = [pkiFile(directory, "sa", "key"), pkiFile(directory, "sa", "pub")].map((file) =>
    readFileSync(file),
  );
  expect(createPublicKey(key as Buffer).equals(createPublicKey(pub as Buffer))).toBe(true);
});

test("a key that belongs to another certificate is noticed", async () => {
  const directory = temporaryDirectory();
  await ensurePki(directory);
  writeFileSync(join(directory, "kwok.key"), readFileSync(join(directory, "admin.key")));
  expect(await ensurePki(directory)).toBe(true);
});

test.each<[string, CertificateRequest]>([
  ["another name for servers", { ...certificates.serving, dnsNames: ["localhost", "other.svc"] }],
  ["a name less", { ...certificates.serving, dnsNames: ["localhost"] }],
  ["an address more", { ...certificates.serving, addresses: ["127.0.0.1", "::1", "10.96.0.1"] }],
  ["another address", { ...certificates.serving, addresses: ["127.0.0.1", "::2"] }],
  ["a group", { ...certificates.serving, organization: "system:masters" }],
  ["another purpose", { ...certificates.serving, usage: "both" }],
  ["another name", { ...certificates.serving, commonName: "serving" }],
])("a certificate that is to say something else is made anew: %s", async (_name, serving) => {
  const directory = temporaryDirectory();
  await ensurePki(directory);
  const changed = { ...certificates, serving };
  expect(await ensurePki(directory, changed)).toBe(true);
  expect(await ensurePki(directory, changed)).toBe(false);
  expect(await ensurePki(directory)).toBe(true);
});
