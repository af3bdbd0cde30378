// The certificate library finds its parts by reflection, and asks for this import first.
import "reflect-metadata";

import { randomBytes, webcrypto } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import * as x509 from "@peculiar/x509";

import { writePrivateFile } from "../private-file.ts";
import {
  type AuthorityName,
  type CertificateRequest,
  type CertificateRequests,
  authorityNames,
  pkiFile,
} from "./pki.ts";

const day = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
const certificateDays = 365;

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Makes every authority, certificate and key anew; the ServiceAccount key only where it is missing. */
export async function createPki(directory: string, requests: CertificateRequests): Promise<void> {
  await ensureServiceAccountKey(directory);
  const authorities = new Map<AuthorityName, { certificate: x509.X509Certificate; keys: webcrypto.CryptoKeyPair }>();
  for (const name of authorityNames) authorities.set(name, await createAuthority(directory, name));
  for (const [name, request] of Object.entries(requests)) {
    const authority = authorities.get(request.authority);
    if (authority === undefined) throw new Error(`no authority ${request.authority}`);
    await issue(directory, name, request, authority.certificate, authority.keys.privateKey);
  }
}

/** Makes one certificate in `folder` by an authority that is in `directory` already. */
export async function createCertificate(
  directory: string,
  folder: string,
  name: string,
  request: CertificateRequest,
): Promise<void> {
  const authority = new x509.X509Certificate(readFileSync(pkiFile(directory, request.authority, "crt"), "utf8"));
  const pem = readFileSync(pkiFile(directory, request.authority, "key"), "utf8");
  const key = await webcrypto.subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(pem), ecdsa, false, ["sign"]);
  await issue(folder, name, request, authority, key);
}

async function issue(
  folder: string,
  name: string,
  request: CertificateRequest,
  authority: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
): Promise<void> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // As a list, for in a text form a colon or a comma in a name would need escaping.
    subject: [
      ...(request.organization === undefined ? [] : [{ O: [request.organization] }]),
      { CN: [request.commonName] },
    ],
    issuer: authority.subject,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + certificateDays * day),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ecdsa,
    extensions: extensionsOf(request),
  });
  await writePair(folder, name, certificate, keys.privateKey);
}

function extensionsOf(request: CertificateRequest): x509.Extension[] {
  const usages: x509.ExtendedKeyUsageType[] = [];
  if (request.usage !== "client") usages.push(x509.ExtendedKeyUsage.serverAuth);
  if (request.usage !== "server") usages.push(x509.ExtendedKeyUsage.clientAuth);
  const names: x509.JsonGeneralName[] = [
    ...(request.dnsNames ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(request.addresses ?? []).map((value) => ({ type: "ip" as const, value })),
  ];
  return [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension(usages),
    ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
  ];
}

async function createAuthority(directory: string, name: AuthorityName) {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`tenantry-local-${name}`] }],
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + authorityDays * day),
    keys,
    signingAlgorithm: ecdsa,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writePair(directory, name, certificate, keys.privateKey);
  return { certificate, keys };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
}

/** A positive serial number of 126 random bits, in hexadecimal. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x20;
  return bytes.toString("hex");
}

async function writePair(
  directory: string,
  name: string,
  certificate: x509.X509Certificate,
  key: webcrypto.CryptoKey,
): Promise<void> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  writePrivateFile(join(directory, `${name}.key`), x509.PemConverter.encode(pkcs8, "PRIVATE KEY"));
  writePrivateFile(join(directory, `${name}.crt`), certificate.toString("pem"));
}

/** The key that signs ServiceAccount tokens. It survives renewals, so tokens stay valid. */
async function ensureServiceAccountKey(directory: string): Promise<void> {
  const file = pkiFile(directory, "sa", "key");
  if (existsSync(file) && existsSync(pkiFile(directory, "sa", "pub"))) return;
  const keys = await newKeys();
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const spki = Buffer.from(await webcrypto.subtle.exportKey("spki", keys.publicKey));
  writePrivateFile(pkiFile(directory, "sa", "pub"), x509.PemConverter.encode(spki, "PUBLIC KEY"));
  writePrivateFile(file, x509.PemConverter.encode(pkcs8, "PRIVATE KEY"));
}
