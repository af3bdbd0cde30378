import * as pulumi from "@pulumi/pulumi";

import { InputError } from "../tenants/errors.ts";

/** Runs what may find bad input. It is printed as it is then, without a stack trace: bad input is no bug of the program. */
export function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? new pulumi.RunError(error.message) : error;
  }
}
