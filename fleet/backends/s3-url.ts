/** Where a bucket is, as a backend's URL says it. */
export interface S3Location {
  readonly bucket: string;
  /** Before every key; empty, or ends in a slash. */
  readonly prefix: string;
  /** That of the shell where the URL names none; `null` for that of the profile. */
  readonly region: string | null;
  /** `null` for AWS itself. */
  readonly endpoint: string | null;
  /** Profile of the shared configuration; `null` for that of the shell. */
  readonly profile: string | null;
  readonly pathStyle: boolean;
  readonly dualstack: boolean;
  readonly fips: boolean;
  readonly accelerate: boolean;
}

/** Say how objects are written, or how quickly, which is no matter for who reads. */
const indifferent: ReadonlySet<string> = new Set([
  "awssdk",
  "kmskeyid",
  "rate_limiter_capacity",
  "request_checksum_calculation",
  "response_checksum_validation",
  "ssetype",
]);

/** Texts that Go takes for true and for false. */
const truths: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

/**
 * Reads `s3://bucket/prefix?region=...`, with the parameters of Pulumi's own library for buckets (gocloud.dev/blob/s3blob). `null` where
 * it is no such URL, or says something that is not understood here: then the CLI is asked instead, which understands it.
 */
export function readS3Url(text: string, variables: NodeJS.ProcessEnv = process.env): S3Location | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== "s3:" || url.host === "") return null;
  const values = new Map(url.searchParams);
  const taken = (name: string): string | null => {
    const value = values.get(name) ?? "";
    values.delete(name);
    return value === "" ? null : value;
  };
  const flags = ["use_path_style", "s3ForcePathStyle", "disable_https", "dualstack", "fips", "accelerate"].map(
    (name) => truths.get(taken(name) ?? "false") ?? null,
  );
  const [usePathStyle, forcePathStyle, disableHttps, dualstack, fips, accelerate] = flags;
  const [region, endpoint, profile] = [taken("region"), taken("endpoint"), taken("profile")];
  const unknown = [...values.keys()].some((name) => !indifferent.has(name));
  if (unknown || flags.includes(null)) return null;
  const folder = decoded(url.pathname)?.replace(/^\/+/, "");
  if (folder === undefined) return null;
  return {
    bucket: url.host,
    prefix: folder === "" || folder.endsWith("/") ? folder : `${folder}/`,
    // The SDK in here does not know the second variable, which the CLI's library goes by as well.
    region: region ?? (variables["AWS_REGION"] || variables["AWS_DEFAULT_REGION"] || null),
    endpoint: endpoint === null ? null : withScheme(endpoint, disableHttps === true),
    profile,
    pathStyle: usePathStyle === true || forcePathStyle === true,
    dualstack: dualstack === true,
    fips: fips === true,
    accelerate: accelerate === true,
  };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** An endpoint without a scheme is one that speaks TLS, unless that is switched off. */
function withScheme(endpoint: string, plain: boolean): string {
  return /^https?:\/\//.test(endpoint) ? endpoint : `${plain ? "http" : "https"}://${endpoint}`;
}
