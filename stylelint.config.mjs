// Our own style sheets are read by Chromium 100. The plugin knows most of what it lacks; the lists name the rest.
export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "plugin/no-unsupported-browser-features": [
      true,
      { browsers: ["chrome 100"], ignorePartialSupport: true, severity: "error" },
    ],
    "at-rule-disallowed-list": ["container", "scope", "starting-style", "view-transition", "position-try"],
    "function-disallowed-list": ["color-mix", "light-dark", "linear", "anchor", "round", "sin", "cos", "if"],
    "property-disallowed-list": [
      "translate", "rotate", "scale", "text-wrap", "text-wrap-style", "field-sizing", "animation-timeline",
      "anchor-name", "interpolate-size", "container-type", "container-name", "view-transition-name", "offset-path",
    ],
  },
};
