/** What the SDK exports for inline programs and has no types of: as much of it as is used. */

/** A call of the engine. */
export interface Call {
  /** The engine has ended, or does not wait any more. */
  readonly on: (event: "cancelled", listener: () => void) => void;
}

/** Answers a call. */
export type Answer = (error: Error | null | undefined, response?: object) => void;

/** Runs an inline program for the engine, one stack at a time, as `@pulumi/pulumi/automation/server.js` does. */
export interface LanguageRuntime {
  run(call: Call, answer: Answer): void;
}

/** `@pulumi/pulumi/automation/server.js`. */
export interface ServerModule {
  readonly LanguageServer: new (program: () => Promise<object>) => LanguageRuntime;
}

/** `@grpc/grpc-js`, of the version that the SDK uses. */
export interface GrpcModule {
  readonly Server: new (options: Readonly<Record<string, number>>) => {
    addService(service: object, implementation: object): void;
    bindAsync(address: string, credentials: object, ready: (error: Error | null) => void): void;
    tryShutdown(done: () => void): void;
  };
  readonly ServerCredentials: { readonly createInsecure: () => object };
}
