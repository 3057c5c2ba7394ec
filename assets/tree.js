/* The only script that makes the parts of a page that Dash need not know: they come as a tree in data-tree.
   What is there already is kept and changed, as React would: focus, scroll and what was unfolded stay. */
(function () {
  "use strict";
  var root = document.getElementById("react-entry-point");

  function clean(name, value) {
    var cleaned = name === "href" && window.dash_clientside.clean_url;
    return cleaned ? cleaned(value) : value;
  }

  /* What was made of a tree: the tree, its node, what was made of the trees inside. */
  function made(tree) {
    if (typeof tree === "string") {
      return { tree: tree, node: document.createTextNode(tree), inside: [] };
    }
    var node = document.createElement(tree[0]);
    Object.keys(tree[1]).forEach(function (name) {
      if (name) {
        node.setAttribute(name, clean(name, tree[1][name]));
      }
    });
    return { tree: tree, node: node, inside: brought(node, [], tree[2]) };
  }

  function isSame(before, tree) {
    var old = before.tree;
    return typeof old === "string" ? typeof tree === "string" : old[0] === tree[0] && old[1][""] === (tree[1] || {})[""];
  }

  function changed(before, tree) {
    var old = before.tree;
    if (typeof tree === "string") {
      if (old !== tree) {
        before.node.data = tree;
      }
    } else {
      Object.keys(old[1]).forEach(function (name) {
        if (name && !(name in tree[1])) {
          before.node.removeAttribute(name);
        }
      });
      Object.keys(tree[1]).forEach(function (name) {
        if (name && old[1][name] !== tree[1][name]) {
          before.node.setAttribute(name, clean(name, tree[1][name]));
        }
      });
      before.inside = brought(before.node, before.inside, tree[2]);
    }
    before.tree = tree;
    return before;
  }

  function brought(parent, before, trees) {
    var last = null;
    var now = trees.map(function (tree, at) {
      var old = before[at];
      var one = old && isSame(old, tree) ? changed(old, tree) : made(tree);
      if (one !== old) {
        if (old) {
          parent.replaceChild(one.node, old.node);
        } else {
          parent.insertBefore(one.node, last ? last.node.nextSibling : null);
        }
      }
      last = one;
      return one;
    });
    before.slice(trees.length).forEach(function (old) {
      parent.removeChild(old.node);
    });
    return now;
  }

  function grow(box) {
    var text = box.getAttribute("data-tree");
    if (box.cockpitText !== text) {
      box.cockpitText = text;
      box.cockpitTrees = brought(box, box.cockpitTrees || [], text ? JSON.parse(text) : []);
    }
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") {
        grow(change.target);
        return;
      }
      change.addedNodes.forEach(function (node) {
        if (node.nodeType === 1) {
          if (node.hasAttribute("data-tree")) {
            grow(node);
          }
          node.querySelectorAll("[data-tree]").forEach(grow);
        }
      });
    });
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-tree"] });

  /* A link that stays in the window, as Dash's own does. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[data-way]") : null;
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.shiftKey || event.altKey || event.ctrlKey) {
      return;
    }
    event.preventDefault();
    window.history.pushState({}, "", link.href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  });
})();
