/** Two short words for long ones. */

/** The element with this id. @param {string} id  @returns {any} */
export function $(id) {
  return document.getElementById(id);
}

/**
 * A new element; strings among its children become text, never markup.
 * @param {string} tag  @param {string} className  @param {...(Node | string)} children
 */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
