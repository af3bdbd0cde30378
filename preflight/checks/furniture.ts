import type { EnvironmentPlan } from "../../tenants/model.ts";
import { didYouMean, listed } from "../../tenants/suggest.ts";
import { jsonOf, namesOf, wordsOf } from "../cluster.ts";
import { type Check, enforced, notEnforced, unknown } from "../check.ts";

const previewRole = "The role of docs/examples/preview/access.yaml may read it.";

/** The storage classes that the environment names exist. */
export const storageClasses: Check = {
  name: "storage-classes",
  need: "update",
  look: async (view, { preflight }) => {
    const answer = await view.get("/apis/storage.k8s.io/v1/storageclasses");
    if (answer.status !== 200) return unknown(`they cannot be read: ${wordsOf(answer)}`, previewRole);
    const present = namesOf(answer);
    const missing = preflight.storageClasses.filter((name) => !present.includes(name));
    if (missing.length === 0) return enforced(`the cluster has ${listed(preflight.storageClasses, "and")}`);
    const [first = ""] = missing;
    const has = present.length === 0 ? "The cluster has none." : `The cluster has ${listed(present, "and")}.`;
    return notEnforced(
      `no ${listed(missing)} in the cluster: volumes would wait for ever`,
      `${didYouMean(first, present, has)} Make the class, or correct storage.classes.`,
    );
  },
};

/** The shared Gateway, or the class that it is to be made of, exists. */
export const gateway: Check = {
  name: "gateway",
  need: "update",
  applies: ({ platform }) => platform.gateway !== null,
  look: async (view, plan) => {
    const wanted = wantedObject(plan);
    const answer = await view.get(`/apis/gateway.networking.k8s.io/v1${wanted.path}`);
    switch (answer.status) {
      case 200:
        return classFinding(wanted, jsonOf(answer));
      case 404:
        return notEnforced(`there is no ${wanted.title}`, wanted.remedy);
      default:
        return unknown(`the ${wanted.title} cannot be read: ${wordsOf(answer)}`, previewRole);
    }
  },
};

interface Wanted {
  readonly path: string;
  readonly title: string;
  readonly className: string;
  readonly remedy: string;
}

function wantedObject({ platform }: EnvironmentPlan): Wanted {
  const { create = false, name = "", namespace = "", className = "" } = platform.gateway ?? {};
  return create
    ? {
        path: `/gatewayclasses/${className}`,
        title: `GatewayClass ${className}`,
        className,
        remedy: "Install the gateway's controller, or correct gateway.className.",
      }
    : {
        path: `/namespaces/${namespace}/gateways/${name}`,
        title: `Gateway ${name} in namespace ${namespace}`,
        className,
        remedy: "Let its team make it, correct gateway.name and gateway.namespace, or set gateway.create.",
      };
}

function classFinding({ title, className, remedy }: Wanted, object: Readonly<Record<string, unknown>>) {
  const { gatewayClassName = className } = (object["spec"] ?? {}) as { readonly gatewayClassName?: string };
  return gatewayClassName === className
    ? enforced(`the ${title} exists`)
    : notEnforced(`the ${title} is of class ${gatewayClassName}, not ${className}`, remedy);
}
