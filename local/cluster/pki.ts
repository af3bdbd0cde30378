import { X509Certificate, createPrivateKey } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The authorities. They are apart so that a client certificate of the cluster opens neither etcd nor the front proxy. */
export type AuthorityName = (typeof authorityNames)[number];

/** Every authority. */
export const authorityNames = ["ca", "etcd-ca", "front-proxy-ca"] as const;

/** What a certificate says. */
export interface CertificateRequest {
  readonly authority: AuthorityName;
  readonly commonName: string;
  /** Kubernetes reads groups from here. */
  readonly organization?: string;
  readonly usage: "server" | "client" | "both";
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
}

const loopback = { dnsNames: ["localhost"], addresses: ["127.0.0.1", "::1"] } as const;

/** Every certificate of the cluster by file name (`<name>.crt`, `<name>.key`). */
export const certificates = {
  "etcd-server": { authority: "etcd-ca", commonName: "etcd", usage: "both", ...loopback },
  "etcd-client": { authority: "etcd-ca", commonName: "kube-apiserver", usage: "client" },
  "kube-apiserver": {
    authority: "ca",
    commonName: "kube-apiserver",
    usage: "server",
    dnsNames: [
      "localhost",
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
    ],
    addresses: ["127.0.0.1", "::1", "10.96.0.1"],
  },
  // One certificate for what listens besides the API server; the long name is the one the aggregator verifies.
  serving: {
    authority: "ca",
    commonName: "tenantry-serving",
    usage: "server",
    dnsNames: ["localhost", "metrics-server.kube-system.svc"],
    addresses: ["127.0.0.1", "::1"],
  },
  "kubelet-client": { authority: "ca", commonName: "kube-apiserver-kubelet-client", usage: "client" },
  "front-proxy-client": { authority: "front-proxy-ca", commonName: "front-proxy-client", usage: "client" },
  admin: { authority: "ca", commonName: "tenantry-admin", organization: "system:masters", usage: "client" },
  "kube-controller-manager": { authority: "ca", commonName: "system:kube-controller-manager", usage: "client" },
  "kube-scheduler": { authority: "ca", commonName: "system:kube-scheduler", usage: "client" },
  kwok: { authority: "ca", commonName: "tenantry:kwok", usage: "client" },
  "metrics-server": { authority: "ca", commonName: "tenantry:metrics-server", usage: "client" },
  "namespace-finalizer": { authority: "ca", commonName: "tenantry:namespace-finalizer", usage: "client" },
} as const satisfies Record<string, CertificateRequest>;

/** A certificate of the cluster. */
export type CertificateName = keyof typeof certificates;

/** Certificates by file name. */
export type CertificateRequests = Readonly<Record<CertificateName, CertificateRequest>>;

/** Extended key usages by number, sorted: server and client authentication. */
const usages = {
  server: ["1.3.6.1.5.5.7.3.1"],
  client: ["1.3.6.1.5.5.7.3.2"],
  both: ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
} as const;

const day = 24 * 60 * 60 * 1000;
/** Certificates with less than this left are made anew at the next start. */
const renewBeforeDays = 30;

/**
 * Makes the cluster's authorities, certificates and keys in `directory` where they are missing, damaged, about to
 * expire, or say something else than `requests`. Returns whether anything was made. Files are 0600; private keys never leave the folder.
 */
export async function ensurePki(directory: string, requests: CertificateRequests = certificates): Promise<boolean> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (isComplete(directory, requests)) return false;
  // The library that makes certificates takes longer to load than the check of a running cluster.
  const { createPki } = await import("./pki-create.ts");
  await createPki(directory, requests);
  return true;
}

/** Path of a certificate or key file; `sa` is the key pair of ServiceAccount tokens. */
export function pkiFile(
  directory: string,
  name: CertificateName | AuthorityName | "sa",
  kind: "crt" | "key" | "pub",
): string {
  return join(directory, `${name}.${kind}`);
}

/** Whether every pair is there, belongs together, has time left and says what is asked for today. */
function isComplete(directory: string, requests: CertificateRequests): boolean {
  const soon = Date.now() + renewBeforeDays * day;
  try {
    const authorities = new Map(authorityNames.map((name) => [name, readCertificate(directory, name)]));
    const valid = Object.entries(requests).every(([name, request]) =>
      isValid(readCertificate(directory, name), authorities.get(request.authority), directory, name, request, soon),
    );
    return valid && existsSync(pkiFile(directory, "sa", "key")) && existsSync(pkiFile(directory, "sa", "pub"));
  } catch {
    // A file that is missing or cannot be parsed.
    return false;
  }
}

/** Whether the pair `name` in `folder` is by the authority in `directory`, has time left and says what is asked for. */
export function isCertified(directory: string, folder: string, name: string, request: CertificateRequest): boolean {
  try {
    const authority = readCertificate(directory, request.authority);
    const soon = Date.now() + renewBeforeDays * day;
    return isValid(readCertificate(folder, name), authority, folder, name, request, soon);
  } catch {
    // A file that is missing or cannot be parsed.
    return false;
  }
}

function isValid(
  certificate: X509Certificate,
  authority: X509Certificate | undefined,
  folder: string,
  name: string,
  request: CertificateRequest,
  soon: number,
): boolean {
  return (
    Date.parse(certificate.validTo) > soon &&
    certificate.checkPrivateKey(createPrivateKey(readFileSync(join(folder, `${name}.key`)))) &&
    authority !== undefined &&
    certificate.verify(authority.publicKey) &&
    says(certificate, request)
  );
}

/** Whether the certificate says exactly what is asked for, no more and no less. */
function says(certificate: X509Certificate, request: CertificateRequest): boolean {
  const subject = [
    ...(request.organization === undefined ? [] : [`O=${request.organization}`]),
    `CN=${request.commonName}`,
  ];
  const names = (certificate.subjectAltName ?? "").split(", ").filter((name) => name !== "");
  const dnsNames = request.dnsNames ?? [];
  const addresses = request.addresses ?? [];
  return (
    certificate.subject === subject.join("\n") &&
    names.length === dnsNames.length + addresses.length &&
    dnsNames.every((name) => names.includes(`DNS:${name}`)) &&
    // An address can be written in several ways.
    addresses.every((address) => certificate.checkIP(address) !== undefined) &&
    [...certificate.keyUsage].sort().join() === usages[request.usage].join()
  );
}

function readCertificate(directory: string, name: string): X509Certificate {
  return new X509Certificate(readFileSync(join(directory, `${name}.crt`)));
}
