/** Client messages in, what both sides said out. Pure: no page, no clock. */

/**
 * @typedef {import("./call.js").Message} Message
 * @typedef {object} Line
 * @property {number} id
 * @property {"user" | "assistant"} role
 * @property {string} text what is certain: understood, or heard
 * @property {string} tentative what is not yet: a guess, or words not spoken yet
 * @property {boolean} interrupted
 * @property {string} turnId of the reply it belongs to
 * @property {boolean} open
 */

const HAN = /[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]/;

export class Conversation {
  constructor() {
    /** @type {Line[]} */
    this.lines = [];
    /** @type {string[]} */
    this.typed = [];
  }

  /** @param {Message} message  @returns {Line[]} the lines that changed */
  take(message) {
    switch (message.type) {
      case "transcript":
        return message.role === "user" ? this.#heardUser(message) : this.#heardAssistant(message.transcript);
      case "voice-input":
        return this.#turn(message.input);
      case "model-output":
        return this.#output(message.output, message.turnId);
      case "user-interrupted":
        return this.#interrupted(message.turnId);
      default:
        return [];
    }
  }

  /** The caller typed. @param {string} text  @returns {Line[]} */
  type(text) {
    this.typed.push(text);
    const line = this.#add("user", "");
    return this.#close(line, text);
  }

  /** The call is over: nothing stays tentative. @returns {Line[]} */
  end() {
    return this.lines.filter((line) => line.open).flatMap((line) => this.#close(line, line.text));
  }

  /** @returns {string} the conversation as text, one line each */
  toText() {
    return this.lines
      .filter((line) => line.text)
      .map((line) => `${line.role === "user" ? "User" : "AI"}: ${line.text}\n`)
      .join("");
  }

  /** @param {Message} message */
  #heardUser({ transcript, transcriptType }) {
    if (!transcript.trim()) return [];
    const line = this.#openLine("user") ?? this.#add("user", "");
    if (transcriptType === "final") line.text = join(line.text, transcript);
    line.tentative = transcriptType === "final" ? "" : transcript;
    return [line];
  }

  /** @param {string} input what the engine takes the turn to be */
  #turn(input) {
    const typed = this.typed.indexOf(input);
    if (typed >= 0) {
      this.typed.splice(typed, 1);
      return [];
    }
    return this.#close(this.#openLine("user") ?? this.#add("user", ""), input);
  }

  /** @param {string} output a clause on its way to the voice  @param {string} turnId */
  #output(output, turnId) {
    let line = this.lines.find((other) => other.role === "assistant" && other.turnId === turnId);
    const closed = line ? [] : this.#closeUser();
    line ??= this.#add("assistant", turnId);
    line.tentative = join(line.tentative, output);
    return [...closed, line];
  }

  /** @param {string} text the reply, as far as it was heard */
  #heardAssistant(text) {
    const line = this.#openLine("assistant") ?? this.#add("assistant", "");
    const rest = line.tentative.startsWith(text) ? line.tentative.slice(text.length) : "";
    return this.#close(line, text, rest);
  }

  /** @param {string} turnId */
  #interrupted(turnId) {
    const line = this.lines.find((other) => other.role === "assistant" && other.turnId === turnId);
    if (!line) return [];
    line.interrupted = true;
    line.open = false;
    return [line];
  }

  #closeUser() {
    const line = this.#openLine("user");
    return line?.text ? this.#close(line, line.text) : [];
  }

  /** @param {Line} line  @param {string} text  @param {string} [unheard] @returns {Line[]} */
  #close(line, text, unheard = "") {
    Object.assign(line, { text, tentative: unheard, open: false });
    return [line];
  }

  /** @param {Line["role"]} role */
  #openLine(role) {
    return this.lines.findLast((line) => line.role === role && line.open);
  }

  /** @param {Line["role"]} role  @param {string} turnId  @returns {Line} */
  #add(role, turnId) {
    const id = this.lines.length + 1;
    const line = { id, role, turnId, text: "", tentative: "", interrupted: false, open: true };
    this.lines.push(line);
    return line;
  }
}

/** Two pieces of a sentence; Chinese has no space between them. @param {string} before  @param {string} after */
export function join(before, after) {
  if (!before || !after) return before + after;
  const touching = /\s$/.test(before) || /^[\s,.!?;:]/.test(after);
  return before + (touching || HAN.test(before.at(-1) ?? "") || HAN.test(after[0]) ? "" : " ") + after;
}
