import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Forbids imports that would let data flow backwards; see the picture in README.md.
 * @param {string[]} files
 * @param {string[]} group
 * @param {string} message
 */
function forbidImports(files, group, message) {
  return { files, rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] } };
}

export default defineConfig(
  { ignores: ["node_modules", "dist", "coverage", ".tenantry"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.mjs", "cli/bootstrap.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // `void promise` marks work that is meant to run on by itself; a bare promise is a forgotten await.
      "@typescript-eslint/no-floating-promises": "error",
      // `new` in a Pulumi program registers a resource: the side effect is the point.
      "@typescript-eslint/no-unused-expressions": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // The models of the Kubernetes client are classes in name only: it takes and gives plain objects.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  forbidImports(
    ["tenants/**/*.ts"],
    [
      "@pulumi/*",
      "@kubernetes/*",
      "**/components/**",
      "**/fleet/**",
      "**/local/**",
      "**/cli/**",
      "**/preflight/**",
      "**/connection/**",
    ],
    "tenants/ is pure: it knows neither Pulumi nor Kubernetes clients nor the rooms after it.",
  ),
  forbidImports(
    ["components/**/*.ts"],
    ["**/fleet/**", "**/local/**", "**/cli/**", "**/preflight/**", "**/connection/**"],
    "components/ knows tenants/ only; the rooms after it depend on it, not the other way round.",
  ),
  forbidImports(
    ["local/**/*.ts"],
    ["**/components/**", "**/fleet/**", "**/cli/**"],
    "local/ knows nothing of tenants' resources and nothing of the command line over it.",
  ),
  forbidImports(
    ["attack/**/*.ts"],
    ["@pulumi/*", "**/fleet/**", "**/cli/**"],
    "attack/ asks a live API server; it knows neither the engine nor the command line over it.",
  ),
  forbidImports(
    ["connection/**/*.ts"],
    ["@pulumi/*", "**/components/**", "**/fleet/**", "**/local/**", "**/cli/**", "**/attack/**", "**/preflight/**"],
    "connection/ says which cluster and how to ask it; the program, the attack and the command line all ask through it.",
  ),
  forbidImports(
    ["preflight/**/*.ts"],
    ["**/fleet/**", "**/local/**", "**/cli/**", "**/attack/**"],
    "preflight/ runs inside the Pulumi program, which is copied without the rooms after it.",
  ),
  { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);
