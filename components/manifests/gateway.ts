import type { PlatformPlan } from "../../tenants/model.ts";
import { labelKeys } from "../../tenants/names.ts";
import {
  type AllowedNamespaces,
  gatewayApiGroup,
  gatewayApiVersion,
  type GatewayManifest,
  type Listener,
  listenerPorts,
} from "./gateway-api.ts";
import type { Input, NamespaceManifest } from "./kubernetes.ts";
import { managedBy, objectMetadata } from "./metadata.ts";
import { podSecurityLabels } from "./namespace.ts";

/** The shared Gateway of an environment. */
export type GatewayPlan = NonNullable<PlatformPlan["gateway"]>;

const platformLabels = { [labelKeys.managedBy]: managedBy, [labelKeys.partOf]: "tenantry" } as const;

/** Namespaces that the plan made for a tenant. Tenants have no verb on namespaces, so none can put the labels on another. */
const tenantNamespaces: AllowedNamespaces = {
  from: "Selector",
  selector: {
    matchLabels: { [labelKeys.managedBy]: managedBy },
    matchExpressions: [{ key: labelKeys.tenant, operator: "Exists" }],
  },
};

/** The namespace of the Gateway. `baseline`, not `restricted`: it belongs to the gateway's own software, not to a tenant. */
export function buildEdgeNamespace(plan: GatewayPlan): NamespaceManifest {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: plan.namespace, labels: { ...platformLabels, ...podSecurityLabels("baseline", "latest") } },
  };
}

function sharedListener(plan: GatewayPlan): Listener {
  // Where tenants bring listeners of their own, none may attach here: a route on a wildcard could claim any tenant's host.
  const namespaces: AllowedNamespaces = plan.listenerSets ? { from: "Same" } : tenantNamespaces;
  const base = {
    name: plan.listener,
    hostname: `*.${plan.domain}`,
    allowedRoutes: { namespaces, kinds: [{ group: gatewayApiGroup, kind: "HTTPRoute" }] },
  } as const;
  if (plan.tlsSecret === null) return { ...base, port: listenerPorts.HTTP, protocol: "HTTP" };
  const tls = { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: plan.tlsSecret }] } as const;
  return { ...base, port: listenerPorts.HTTPS, protocol: "HTTPS", tls };
}

/** The Gateway that every tenant's hosts arrive at. */
export function buildGateway(plan: GatewayPlan, namespace: Input<string>): GatewayManifest {
  return {
    apiVersion: gatewayApiVersion,
    kind: "Gateway",
    metadata: objectMetadata(plan.name, namespace, platformLabels),
    spec: {
      gatewayClassName: plan.className,
      listeners: [sharedListener(plan)],
      allowedListeners: { namespaces: plan.listenerSets ? tenantNamespaces : { from: "None" } },
    },
  };
}
