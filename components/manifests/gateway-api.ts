/**
 * The Gateway API kinds we make, typed by hand from the standard channel of v1.6.1 (`config/crd/standard`), and cert-manager's
 * Certificate (v1.21). Only the fields we write: a misspelt one does not compile, and the API server would refuse it anyway.
 */
import type { Metadata, NonEmpty } from "./kubernetes.ts";

/** API version of every Gateway API kind here. */
export const gatewayApiVersion = "gateway.networking.k8s.io/v1";
/** API group of the Gateway API. */
export const gatewayApiGroup = "gateway.networking.k8s.io";
/** API version of cert-manager's Certificate. */
export const certificateApiVersion = "cert-manager.io/v1";

/** Which namespaces may attach something. `All` cannot be written. */
export type AllowedNamespaces =
  | { readonly from: "Same" | "None" }
  | {
      readonly from: "Selector";
      readonly selector: {
        readonly matchLabels: Readonly<Record<string, string>>;
        readonly matchExpressions?: readonly { readonly key: string; readonly operator: "Exists" }[];
      };
    };

/** The protocols of listeners, each with its port; the guardrail on tenants' own listeners allows no other pair. */
export const listenerPorts = { HTTP: 80, HTTPS: 443 } as const;

interface ListenerBase {
  readonly name: string;
  readonly hostname: string;
  readonly allowedRoutes: {
    readonly namespaces: AllowedNamespaces;
    /** HTTPRoute only: each further kind of route would be a way around the checks on this one (gateway-api#4219). */
    readonly kinds: readonly [{ readonly group: typeof gatewayApiGroup; readonly kind: "HTTPRoute" }];
  };
}

/** A listener; one that ends TLS has a certificate, and one without TLS cannot name any. */
export type Listener =
  | (ListenerBase & { readonly protocol: "HTTP"; readonly port: typeof listenerPorts.HTTP })
  | (ListenerBase & {
      readonly protocol: "HTTPS";
      readonly port: typeof listenerPorts.HTTPS;
      readonly tls: {
        readonly mode: "Terminate";
        readonly certificateRefs: readonly [{ readonly kind: "Secret"; readonly name: string }];
      };
    });

/** The point where requests of an environment arrive; tenants attach listeners of their own. */
export interface GatewayManifest {
  readonly apiVersion: typeof gatewayApiVersion;
  readonly kind: "Gateway";
  readonly metadata: Metadata;
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: NonEmpty<Listener>;
    readonly allowedListeners: { readonly namespaces: AllowedNamespaces };
  };
}

/** Listeners of one tenant on the shared Gateway (GEP-1713). */
export interface ListenerSetManifest {
  readonly apiVersion: typeof gatewayApiVersion;
  readonly kind: "ListenerSet";
  readonly metadata: Metadata;
  readonly spec: {
    readonly parentRef: {
      readonly group: typeof gatewayApiGroup;
      readonly kind: "Gateway";
      readonly name: string;
      readonly namespace: string;
    };
    readonly listeners: NonEmpty<Listener>;
  };
}

/** What a route attaches to: the tenant's own listeners, or one named listener of the shared Gateway. */
export type RouteParent =
  | { readonly group: typeof gatewayApiGroup; readonly kind: "ListenerSet"; readonly name: string }
  | {
      readonly group: typeof gatewayApiGroup;
      readonly kind: "Gateway";
      readonly name: string;
      readonly namespace: string;
      readonly sectionName: string;
    };

/** Requests whose path begins with a value go to one Service. */
export interface HttpRouteRule {
  readonly matches: readonly [{ readonly path: { readonly type: "PathPrefix"; readonly value: string } }];
  readonly backendRefs: readonly [{ readonly kind: "Service"; readonly name: string; readonly port: number }];
}

/** Where the requests for a tenant's hosts go. */
export interface HttpRouteManifest {
  readonly apiVersion: typeof gatewayApiVersion;
  readonly kind: "HTTPRoute";
  readonly metadata: Metadata;
  readonly spec: {
    readonly parentRefs: readonly [RouteParent];
    /** Never empty: a route without host names answers for every host of its listener. */
    readonly hostnames: NonEmpty<string>;
    readonly rules: NonEmpty<HttpRouteRule>;
  };
}

/** A certificate that cert-manager keeps valid in a Secret of the tenant. */
export interface CertificateManifest {
  readonly apiVersion: typeof certificateApiVersion;
  readonly kind: "Certificate";
  readonly metadata: Metadata;
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames: NonEmpty<string>;
    readonly issuerRef: {
      readonly group: "cert-manager.io";
      readonly kind: "ClusterIssuer" | "Issuer";
      readonly name: string;
    };
    readonly privateKey: { readonly algorithm: "ECDSA"; readonly size: 256; readonly rotationPolicy: "Always" };
    readonly usages: readonly ["digital signature", "server auth"];
  };
}
