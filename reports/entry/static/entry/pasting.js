/* A block from a spreadsheet. The server says what it has understood; where nothing is left to decide it has saved the
   block already, else the block lies in the grid, unsaved, until the person has chosen. One undo for the whole of it. */

import { describe } from "./board.js";
import { OFFLINE, Refused, SIGNED_OUT, SignedOut, button, call, element, icon, signInAgain } from "./request.js";

/* As the server: bytes and cells of one block. */
const BYTES = 900_000;
const CELLS = 5_000;
/* So many left outside are shown without being asked for. */
const FEW = 5;
/* Once the hand rests, the strip is read again. */
const REST = 1500;
const TOO_LARGE = "Khối dán quá lớn: mỗi lần tối đa 1 MB và 5.000 ô. Chưa dán gì; chia khối rồi dán nhiều lần.";
const MARKS = { ok: "chờ lưu", unread: "không đọc được", scale: "có thể lệch 1.000 lần", theirs: "người khác vừa nhập" };

const isLeft = ({ state }) => state === "unread" || state === "theirs";
const format = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ".");

function isTooLarge(text) {
    if (text.length > BYTES || new Blob([text]).size > BYTES) return true;
    let cells = 0;
    for (const character of text) if (character === "\t" || character === "\n") cells += 1;
    return cells > CELLS;
}

/** A table with merged cells, as text in which nothing shifts: the value stands in the upper left one, the others are
    empty. Null where nothing is merged. */
function unmerged(html) {
    if (!/(?:col|row)span/i.test(html) || html.length > 4 * BYTES) return null;
    const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
    if (!table) return null;
    const lines = [...table.rows].map(() => []);
    let merged = 0;
    [...table.rows].forEach((row, down) => {
        let across = 0;
        for (const cell of row.cells) {
            while (lines[down][across] !== undefined) across += 1;
            const [wide, high] = [Math.min(cell.colSpan, CELLS), Math.min(cell.rowSpan, lines.length - down)];
            if (wide * high > CELLS) return;
            if (wide > 1 || high > 1) merged += 1;
            for (let under = down; under < down + high; under += 1) {
                for (let right = across; right < across + wide; right += 1) lines[under][right] = "";
            }
            lines[down][across] = cell.textContent.replace(/\s+/g, " ").trim();
            across += wide;
        }
    });
    if (!merged) return null;
    const quoted = (text = "") => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return { text: lines.map((line) => Array.from(line, quoted).join("\t")).join("\n"), merged };
}

export class Pasting {
    constructor(grid, host) {
        this.grid = grid;
        this.said = element("p", { role: "status" });
        this.body = element("div");
        this.host = host;
        host.replaceChildren(this.said, this.body);
        /* Inputs that show a block which is not saved. */
        this.laid = new Map();
    }

    get isOpen() {
        return Boolean(this.block);
    }

    // ---------------------------------------------------------------- from the clipboard

    take(event) {
        const input = event.target;
        const text = event.clipboardData.getData("text/plain");
        if (isTooLarge(text)) {
            event.preventDefault();
            this.note(TOO_LARGE);
            return;
        }
        const isOneLine = input.matches("input") || input.closest("td.label");
        const isBlock = text.includes("\t") || (isOneLine && text.trim().includes("\n"));
        if (!isBlock) return;
        event.preventDefault();
        const whole = unmerged(event.clipboardData.getData("text/html"));
        const [row, column] = this.grid.keyOf(input);
        this.drop();
        this.open({ row, column, text: whole?.text ?? text, merged: whole?.merged ?? 0, choices: { cells: [] } });
    }

    again({ row, column, text, merged, choices }) {
        this.open({ row, column, text, merged, choices: { ...choices, confirmed: false } });
    }

    open(block) {
        this.block = block;
        this.from = this.grid.inputAt(block.row, block.column);
        return this.send();
    }

    /** The versions on the screen, of all cells: names of rows may lay the block anywhere. */
    seen() {
        const cells = [...this.grid.tableTarget.querySelectorAll("[data-v]")];
        return cells.map((cell) => [...this.grid.keyOf(cell), Number(cell.dataset.v)]);
    }

    async send() {
        const { grid, block } = this;
        grid.outbox.keepBlock(block);
        grid.busy("Đang đọc khối dán…");
        const { row, column, text, choices } = block;
        try {
            const data = { sheet: grid.sheetValue, row, column, text, choices, seen: this.seen(), known: grid.listed };
            const answer = await call(grid.pasteUrlValue, { data });
            if (this.block !== block) return;
            if (answer.saved) this.saved(answer);
            else this.ask(answer);
        } catch (error) {
            if (this.block === block) this.failed(error);
        }
        grid.say();
    }

    // ---------------------------------------------------------------- what was understood

    ask(answer) {
        this.lift();
        const { grid } = this;
        const isHeld = !this.answer || this.host.contains(document.activeElement);
        const isNew = !this.answer;
        this.answer = answer;
        this.lost = false;
        for (const [row, column, text] of answer.cells) this.lay(row, column, text, "ok");
        for (const { row, column, text, state } of answer.flagged) this.lay(row, column, text, state);
        grid.selection.read();
        const count = answer.cells.length + answer.scale;
        this.show("", `Chưa lưu. ${this.understood(answer)}`);
        const open = answer.repair || (answer.english && this.block.choices.english === undefined);
        const save = button(`Lưu ${format(count)} ô`, () => this.confirm(), "button-primary");
        const buttons = [...(open || !count ? [] : [save]), button("Bỏ cả khối", () => this.drop(true))];
        const wait = open ? [element("span", {}, "Chọn ở trên rồi mới lưu được.")] : [];
        this.body.replaceChildren(
            element("ul", { class: "pasted__asked" }, ...this.questions(answer)),
            element("p", { class: "issue__choices" }, ...buttons, ...wait),
            open ? "" : this.flagged(answer),
            this.outside(answer),
        );
        this.host.scrollTop = 0;
        if (isHeld) this.host.focus({ preventScroll: true });
        if (isNew) grid.frameTarget.scrollIntoView({ block: "nearest", behavior: "instant" });
    }

    /** "48 số, 2 ô chữ, 3 ô không đọc được, …" */
    understood(answer) {
        const said = [
            [answer.numbers, "số"],
            [answer.texts, "ô chữ"],
            [answer.unread, "ô không đọc được"],
            [answer.scale, "ô có thể lệch 1.000 lần"],
            [answer.skipped, `ô bỏ qua (${answer.skipped_why.join(", ")})`],
            [answer.outside, "ô ngoài bảng"],
            [answer.theirs, "ô thay giá trị người khác vừa nhập"],
        ];
        const found = said.filter(([count]) => count).map(([count, name]) => `${format(count)} ${name}`);
        return found.length ? `${found.join(", ")}.` : "Khối dán không có ô nào nhập được ở đây.";
    }

    questions(answer) {
        const { choices } = this.block;
        const ask = (words, ...offers) => element("li", {}, element("span", {}, words), element("span", { class: "issue__choices" }, ...offers));
        const choose = (label, choice, look) => button(label, () => this.choose(choice), look);
        const asked = [];
        if (answer.english && choices.english === undefined) {
            asked.push(ask("Khối này viết kiểu 1,234.5 (dấu chấm trước phần thập phân).", choose("Đổi cả khối", { english: true }, "button-primary"), choose("Không đổi", { english: false })));
        } else if (choices.english) {
            asked.push(ask("Đã đọc cả khối theo kiểu 1,234.5.", choose("Không đổi", { english: false })));
        }
        if (answer.repair) {
            const { encoding, before, after } = answer.repair;
            asked.push(ask(`Chữ này ở phông ${encoding}: ${before} → ${after}`, choose("Đổi sang Unicode", { repair: true }, "button-primary"), choose("Giữ nguyên", { repair: false })));
        }
        if (answer.names === true) asked.push(ask("Khối có tên dòng hoặc tên cột: đã xếp theo tên.", choose("Bỏ xếp, dán đúng vị trí", { names: false })));
        if (answer.names === false) asked.push(ask("Khối có tên dòng hoặc tên cột nhưng được dán đúng vị trí.", choose("Xếp theo tên", { names: true })));
        for (const note of answer.notes) asked.push(ask(note));
        if (this.block.merged) asked.push(ask(`Khối có ${this.block.merged} ô gộp: giá trị vào ô đầu, các ô còn lại của ô gộp giữ nguyên như đang có.`));
        if (answer.composed) asked.push(ask(`${answer.composed} ô chữ tổ hợp được ghép thành chữ dựng sẵn (Unicode NFC).`));
        return asked;
    }

    flagged(answer) {
        if (!answer.flagged.length) return "";
        const slips = answer.flagged.filter(({ state, suggestions }) => state === "scale" && suggestions.length);
        const all = () => this.choose({}, slips.map(({ row, column, suggestions }) => [row, column, suggestions[0]]));
        const whole = slips.length > 1 ? [element("li", { class: "conflict" }, element("span", {}, `${slips.length} ô có thể lệch 1.000 lần.`), button("Dùng gợi ý cho tất cả", all))] : [];
        const lines = answer.flagged.map((cell) => this.line(cell));
        return element("ul", { class: "issues", "aria-label": "Ô cần xem trong khối dán" }, ...whole, ...lines);
    }

    line({ row, column, state, typed, text, message, suggestions, theirs }) {
        const input = this.grid.inputAt(row, column);
        const put = (value) => () => this.choose({}, [[row, column, value]]);
        const out = button("Bỏ ô này", put(null));
        let choices = [...suggestions.map((one) => button(`Dùng ${one}`, put(one))), out];
        let words = message;
        if (state === "scale") choices = [...suggestions.map((one) => button(`Dùng ${one}`, put(one))), button(`Giữ ${text}`, put(text)), out];
        if (state === "theirs") {
            const who = theirs.who || "Người khác";
            words = `${who} vừa nhập ${theirs.text || "ô trống"}${theirs.at ? ` lúc ${theirs.at}` : ""}; khối có ${text}.`;
            const replace = () => {
                input.dataset.v = theirs.version;
                this.send();
            };
            choices = [button(`Giữ ${theirs.text || "ô trống"}`, put(null)), button(`Thay bằng ${text}`, replace)];
        }
        const id = `${this.grid.element.id}-dan-${row}-${column}`.replace(/\s/g, "_");
        input.setAttribute("aria-describedby", id);
        const go = element("button", { type: "button", class: "issue__place", onclick: () => input.focus() }, this.grid.nameOf(input));
        const tone = state === "unread" ? "error" : "conflict";
        return element("li", { class: tone }, go, element("span", { id }, words || typed), element("span", { class: "issue__choices" }, ...choices));
    }

    outside(answer) {
        if (!answer.outside) return "";
        const lines = answer.outside_cells.map(([place, text]) => element("li", {}, `${place}: ${text}`));
        const more = answer.outside - lines.length;
        if (more) lines.push(element("li", {}, `và ${format(more)} ô khác`));
        return element("details", { open: lines.length <= FEW }, element("summary", {}, `${format(answer.outside)} ô ngoài bảng, không được dán`), element("ul", {}, ...lines));
    }

    // ---------------------------------------------------------------- in the grid

    lay(row, column, text, state) {
        const input = this.grid.inputAt(row, column);
        if (!input) return;
        input.value = text;
        describe(input, "paste", MARKS[state]);
        input.closest("td").dataset.pasted = state;
        this.laid.set(input, text);
    }

    /** The grid as it stands without the block. */
    lift() {
        for (const [input, text] of this.laid) {
            if (input.value === text) input.value = input.defaultValue;
            describe(input, "paste", "");
            if (!this.grid.issues.has(input)) input.removeAttribute("aria-describedby");
            delete input.closest("td").dataset.pasted;
        }
        this.laid.clear();
        this.grid.selection.read();
    }

    /** Typed into by hand: no longer the block's. */
    typedInto(input) {
        if (!this.laid.delete(input)) return;
        describe(input, "paste", "");
        delete input.closest("td").dataset.pasted;
        const [row, column] = this.grid.keyOf(input);
        this.decide([[row, column, null]]);
        this.answer.flagged = this.answer.flagged.filter((cell) => cell.row !== row || cell.column !== column);
        window.clearTimeout(this.reading);
        this.reading = window.setTimeout(() => this.block && this.send(), REST);
    }

    // ---------------------------------------------------------------- deciding

    decide(cells) {
        const same = ([row, column]) => cells.some(([one, other]) => one === row && other === column);
        const { choices } = this.block;
        choices.cells = [...choices.cells.filter((cell) => !same(cell)), ...cells];
    }

    choose(choice, cells = []) {
        Object.assign(this.block.choices, choice);
        this.decide(cells);
        this.send();
    }

    /** What can be saved is, at once and together; the rest moves to the list of cells that could not be saved. */
    confirm() {
        window.clearTimeout(this.reading);
        this.left = this.answer.flagged.filter(isLeft);
        this.choose({ confirmed: true }, this.left.map(({ row, column }) => [row, column, null]));
    }

    saved(answer) {
        const { grid, from } = this;
        const left = this.left || answer.flagged.filter(isLeft);
        this.close();
        grid.arranged(answer);
        for (const [row, column, text, version] of answer.saved) grid.stored(grid.inputAt(row, column), text, version);
        for (const cell of left) {
            const input = grid.typed(cell);
            if (cell.state === "theirs") grid.issues.conflict(input, cell.typed, cell.theirs);
            else grid.issues.refused(input, cell);
        }
        grid.recomputed(answer);
        grid.told(answer.saved);
        grid.undone.push(answer.batch, "dán");
        this.batch = answer.batch;
        const rest = left.length ? ` ${left.length} ô chưa lưu, xem danh sách.` : "";
        const undo = answer.batch ? [button("Hoàn tác", () => this.undo(answer.batch))] : [];
        this.note(`Đã dán ${answer.saved.length} ô: ${this.understood({ ...answer, scale: 0, unread: 0, theirs: 0 })}${rest}`, ...undo);
        if (this.host.contains(document.activeElement) || document.activeElement === document.body) from?.focus();
    }

    async undo(batch) {
        const { grid } = this;
        grid.busy("Đang hoàn tác…");
        try {
            const answer = await call(grid.undoUrlValue, { data: { batch, known: grid.listed } });
            grid.takenBack(answer);
            grid.undone.forget(batch);
            const kept = answer.kept ? ` ${answer.kept} ô đã được sửa sau khi dán nên giữ nguyên.` : "";
            const rows = answer.removed ? ` Đã bỏ ${answer.removed} dòng vừa thêm.` : "";
            this.note(`Đã hoàn tác ${answer.saved.length} ô.${rows}${kept}`);
        } catch (error) {
            this.note(error instanceof Refused ? error.message : `Chưa hoàn tác được: ${OFFLINE.toLowerCase()}.`);
        }
        grid.say();
    }

    /** Taken back with the keys: the strip no longer offers it. */
    withdrawn(batch) {
        if (batch === this.batch && !this.block) this.host.hidden = true;
    }

    close() {
        this.lift();
        this.grid.outbox.dropBlock();
        this.block = this.answer = this.left = null;
        this.lost = false;
        this.body.replaceChildren();
    }

    drop(isSaid) {
        if (!this.block) return;
        const { from } = this;
        this.close();
        this.host.hidden = true;
        if (isSaid) from?.focus();
    }

    // ---------------------------------------------------------------- when it could not be sent

    failed(error) {
        const out = button("Bỏ khối", () => this.drop(true));
        if (error instanceof Refused) {
            this.close();
            this.note(error.message);
            return;
        }
        this.block.choices.confirmed = false;
        this.lost = true;
        const isSignedOut = error instanceof SignedOut;
        const why = isSignedOut ? SIGNED_OUT : OFFLINE;
        this.show("warn", `${why}. Khối dán chưa lưu, còn giữ nguyên ở đây.`);
        const again = () => this.send();
        const offers = isSignedOut ? signInAgain(again) : [button("Gửi lại", again)];
        this.body.replaceChildren(element("p", { class: "issue__choices" }, ...offers, out));
    }

    resume() {
        if (this.lost) this.send();
    }

    // ---------------------------------------------------------------- words

    show(tone, words) {
        this.host.hidden = false;
        this.host.classList.toggle("warn", tone === "warn");
        this.said.replaceChildren(icon(tone ? "warning" : "clipboard-list"), element("span", {}, words));
    }

    /** A line of its own; over a block that waits, it does not take its place. */
    note(words, ...choices) {
        if (this.block) {
            this.body.prepend(element("p", {}, words));
            return;
        }
        this.show("", words);
        const close = button("Đóng", () => (this.host.hidden = true));
        this.body.replaceChildren(element("p", { class: "issue__choices" }, ...choices, close));
    }
}
