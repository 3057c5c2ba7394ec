// Our own scripts run in Chromium 100: syntax and built-ins up to ES2022, and no interface that came later.
import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";

const newer = esx.configs["flat/restrict-to-es2022"];
// by name alone `forEach` of an iterator cannot be told from that of an array, which is old
const rules = Object.fromEntries(Object.entries(newer.rules).filter(([name]) => !name.includes("no-iterator-prototype")));

export default [
  { ignores: ["assets/vendor/**"] },
  {
    files: ["assets/*.js"],
    plugins: { ...newer.plugins, compat },
    languageOptions: { ecmaVersion: 2022, sourceType: "script" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    settings: { browsers: ["chrome 100"], "es-x": { aggressive: true } },
    rules: { ...rules, "compat/compat": "error", "no-unused-vars": ["error", { caughtErrors: "none" }] },
  },
];
