import { type Check, enforced, notEnforced, unknown } from "../check.ts";
import { pluginRemedies } from "./admission-plugins.ts";

const remedy =
  "Configure an EncryptionConfiguration (at a provider: envelope encryption with a key of yours). Where it is on and does not show, say how you know under preflight.stated.";

/** Secrets are encrypted at rest, as far as the server's metrics show how it has stored them. */
export const encryptionAtRest: Check = {
  name: "encryption-at-rest",
  need: "isolation",
  look: async (view) => {
    const metrics = await view.metrics();
    if (metrics === null) return unknown("the server's metrics cannot be read", `${pluginRemedies.unseen} ${remedy}`);
    const { secrets } = metrics;
    switch (secrets.kind) {
      case "encrypted":
        return enforced(`Secrets pass the encrypting provider ${secrets.provider}, by the server's metrics`);
      case "clear":
        return notEnforced("new Secrets are written in clear, by the server's metrics", remedy);
      case "unseen":
        return unknown("no Secret has passed an encrypting provider since the server started, by its metrics", remedy);
    }
  },
};
