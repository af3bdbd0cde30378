import type { Problem } from "../errors.ts";
import type { EnvironmentSpec } from "../schema.ts";
import { listed } from "../suggest.ts";
import { environmentProblem, tenantProblem, type Finding, type Fleet } from "./fleet.ts";

const workloads = ["runtime", "dashboard"] as const;

/** Images come from allowed places and carry a digest where the environment demands one. */
export function imageProblems({ environment, settings, tenants }: Fleet): readonly Problem[] {
  const { images } = environment.spec;
  const defaults = workloads.flatMap((workload) =>
    findings(images, images[workload]).map((finding) => environmentProblem(settings, ["images", workload], finding)),
  );
  const own = tenants.flatMap((tenant) =>
    workloads.flatMap((workload) => {
      const { image } = tenant.spec[workload];
      if (image === undefined) return [];
      return findings(images, image).map((finding) => tenantProblem(tenant, [workload, "image"], finding));
    }),
  );
  return [...defaults, ...own];
}

function findings(images: EnvironmentSpec["images"], image: string): readonly Finding[] {
  const withoutDigest = images.requireDigest && !image.includes("@sha256:");
  const outside = images.registries !== undefined && !images.registries.some((place) => liesUnder(image, place));
  return [
    ...(withoutDigest
      ? [
          {
            rule: "image-digest",
            value: `"${image}"`,
            bound: "this environment requires a digest, because a tag may move",
            remedy: "Append @sha256:<digest>, as the registry reports it for that tag.",
          },
        ]
      : []),
    ...(outside
      ? [
          {
            rule: "image-registry",
            value: `"${image}"`,
            bound: `must lie under ${listed(images.registries ?? [])}`,
            remedy: "Copy the image there, or add its registry to images.registries.",
          },
        ]
      : []),
  ];
}

/**
 * True only at a boundary of the path: `registry.example/agents` does not allow `registry.example/agents-evil`. A place without a
 * slash is a whole registry: only a slash may follow, because `registry.example:5000/x` is another registry, and `registry.example:1`
 * an image of that name on the default one.
 */
function liesUnder(image: string, place: string): boolean {
  if (place.endsWith("/")) return image.startsWith(place);
  if (!place.includes("/")) return image.startsWith(`${place}/`);
  return image === place || ["/", ":", "@"].some((boundary) => image.startsWith(place + boundary));
}
