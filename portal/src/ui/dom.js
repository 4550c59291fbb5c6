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

/**
 * Put `children` into an element; whoever had the focus inside has it again, found by its data-focus.
 * @param {HTMLElement} place  @param {...Node} children
 */
export function redraw(place, ...children) {
  const held = document.activeElement;
  const name = held instanceof HTMLElement && place.contains(held) ? held.dataset.focus : undefined;
  place.replaceChildren(...children);
  if (name) /** @type {any} */ (place.querySelector(`[data-focus="${CSS.escape(name)}"]`))?.focus();
}

/**
 * A button. @param {string} className  @param {string} text  @param {() => void} press
 * @param {string} [focus] its name for `redraw`
 */
export function button(className, text, press, focus = "") {
  const made = /** @type {HTMLButtonElement} */ (make("button", className, text));
  made.type = "button";
  made.onclick = press;
  if (focus) made.dataset.focus = focus;
  return made;
}

/** The choices of a <select>; what was chosen stays so if it still can. @param {any} select  @param {[string, string][]} choices value and text */
export function choices(select, choices) {
  const chosen = select.value;
  select.replaceChildren(...choices.map(([value, text]) => Object.assign(make("option", "", text), { value })));
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
}
