/* The grid: a table of native inputs, saved cell by cell. What could not be saved stays in the page and is listed. */

import { Board, LEADING, TYPED } from "./board.js";
import { Filter } from "./filter.js";
import { Parts } from "./parts.js";
import { Problems } from "./problems.js";
import { OFFLINE, RETRY_AFTER, Refused, SIGNED_OUT, SignedOut, button, call, element, signInAgain, tell } from "./request.js";
import { Selection } from "./selection.js";
import { Shortcuts } from "./shortcuts.js";
import { Status } from "./status.js";
import { Travel } from "./travel.js";
import { Undo } from "./undo.js";

const { Controller } = window.StimulusModule;

const AT_ONCE = 4;
const STATES = ["saving", "saved", "error", "conflict", "offline"];
const IDLE = "Tự động lưu khi rời ô";

class Grid extends Controller {
    static targets = ["frame", "table", "box", "state", "issues", "pasted", "line"];
    static values = {
        sheet: Number,
        columns: Array,
        cellUrl: String,
        pasteUrl: String,
        undoUrl: String,
        done: Number,
    };

    connect() {
        this.rows = new Map([...this.tableTarget.tBodies[0].rows].map((row) => [row.dataset.row, row]));
        /* input → the text that waits to be sent */
        this.waiting = new Map();
        this.sending = new Set();
        /* input → its line in the list of cells that could not be saved */
        this.issues = new Map();
        this.raised = 0;
        this.asOf = 0;
        this.required = this.tableTarget.querySelectorAll("td.needed").length;
        this.measure = new ResizeObserver(() => this.keepClear());
        this.measure.observe(this.tableTarget.tHead);
        this.keepClear();
        this.furnish();
        this.goto = ({ detail }) => this.go(detail);
        document.addEventListener("entry:go", this.goto);
        this.count(this.doneValue);
        this.catchUp();
    }

    /** What one does with the table as a whole; each is a module of its own. */
    furnish() {
        const part = (name) => this.element.querySelector(`[data-sheet-${name}]`);
        const tools = part("tools");
        this.board = new Board(this.tableTarget);
        this.status = new Status(part("status"));
        this.undone = new Undo(this);
        this.selection = new Selection(this);
        this.travel = new Travel(this);
        this.filter = new Filter(this, tools);
        this.problems = new Problems(this, tools);
        this.furniture = [this.selection, this.travel, this.filter, this.problems, new Shortcuts(this, tools)];
        if (part("parts")) this.furniture.push(new Parts(this, part("parts")));
    }

    /** What was typed before this script was there has sent no event that anybody heard. */
    catchUp() {
        for (const input of this.tableTarget.querySelectorAll(TYPED)) {
            if (input.value !== input.defaultValue && input !== document.activeElement) this.queue(input);
        }
    }

    disconnect() {
        this.measure.disconnect();
        for (const one of this.furniture) one.disconnect();
        document.removeEventListener("entry:go", this.goto);
    }

    /** A cell that is focused must not hide under the parts that stay. */
    keepClear() {
        const first = this.tableTarget.tBodies[0].rows[0];
        const left = [...(first?.cells || [])]
            .slice(0, LEADING)
            .filter((cell) => getComputedStyle(cell).position === "sticky")
            .reduce((width, cell) => width + cell.offsetWidth, 0);
        this.boxTarget.style.scrollPadding = `${this.tableTarget.tHead.offsetHeight + 8}px 8px 24px ${left + 8}px`;
    }

    // ---------------------------------------------------------------- places

    keyOf(cell) {
        const td = cell.closest("td");
        return [td.parentElement.dataset.row, this.columnsValue[td.cellIndex - LEADING]?.[0]];
    }

    cellAt(row, column) {
        const index = this.columnsValue.findIndex(([key]) => key === column);
        return this.rows.get(row)?.cells[index + LEADING];
    }

    inputAt(row, column) {
        return this.cellAt(row, column)?.querySelector(TYPED);
    }

    nameOf(input) {
        const td = input.closest("td");
        const label = td.parentElement.querySelector("th.label").textContent;
        return `${label} · ${this.columnsValue[td.cellIndex - LEADING]?.[1]}`;
    }

    go({ sheet, row, column }) {
        if (Number(sheet) !== this.sheetValue) return;
        document.getElementById(`tab-label-${this.element.id}`)?.click();
        const cell = this.cellAt(row, column);
        if (cell) window.setTimeout(() => this.problems.show(cell), 200);
    }

    // ---------------------------------------------------------------- moving

    enter(event) {
        const td = event.target.closest("td");
        if (!td || td.cellIndex < LEADING) return;
        /* After the browser's own scrolling to what is focused. */
        window.requestAnimationFrame(() => this.bringUp());
        this.issues.get(td.querySelector(TYPED))?.scrollIntoView({ block: "nearest" });
        const row = td.parentElement;
        const said = [this.nameOf(td), row.cells[2].textContent, td.title, row.querySelector("th.label").title];
        this.lineTarget.textContent = said.filter(Boolean).join(" — ");
        const [at, column] = this.keyOf(td);
        const detail = { sheet: this.sheetValue, row: at, column, input: td.querySelector(TYPED) || td };
        document.dispatchEvent(new CustomEvent("entry:cell", { detail }));
    }

    /** The first cell that is entered brings the whole sheet into sight, with its state and its errors. */
    bringUp() {
        const { top, bottom } = this.frameTarget.getBoundingClientRect();
        const bar = document.querySelector(".action-bar")?.getBoundingClientRect().top ?? window.innerHeight;
        if (top < 50 || bottom > bar) this.frameTarget.scrollIntoView({ block: "start", behavior: "instant" });
    }

    /** As many pixels as PageDown goes. */
    pageHeight() {
        return this.boxTarget.clientHeight - this.tableTarget.tHead.offsetHeight - 40;
    }

    /** Esc: what the server has. */
    restore(input) {
        if (input.value === input.defaultValue && !this.issues.has(input)) return false;
        input.value = input.defaultValue;
        this.waiting.delete(input);
        this.settle(input);
        this.say();
        return true;
    }

    // ---------------------------------------------------------------- saving

    touch(event) {
        event.target.closest("td")?.classList.remove("saved");
    }

    change(event) {
        if (event.target.matches(TYPED)) this.queue(event.target);
    }

    queue(input) {
        this.waiting.set(input, input.value);
        this.send();
    }

    /** Cells go out side by side, one cell never twice at once. */
    send() {
        for (const [input, text] of this.waiting) {
            if (this.sending.size >= AT_ONCE) break;
            if (!this.sending.has(input)) this.sendOne(input, text);
        }
        this.say();
    }

    async sendOne(input, text) {
        const [row, column] = this.keyOf(input);
        this.waiting.delete(input);
        this.sending.add(input);
        this.mark(input, "saving");
        const before = input.defaultValue;
        try {
            const seen = Number(input.dataset.v || 0);
            const answer = await call(this.cellUrlValue, { data: { sheet: this.sheetValue, row, column, text, seen } });
            this.stored(input, answer.text, answer.version, text);
            this.undone.saved(input, before, answer.text);
            this.recomputed(answer);
            this.lost = "";
        } catch (error) {
            this.failed(input, text, error);
        }
        this.sending.delete(input);
        if (!this.lost) this.send();
        this.say();
    }

    stored(input, text, version, typed) {
        input.dataset.v = version;
        input.defaultValue = text;
        if (typed === undefined || input.value === typed) {
            if (input.value !== text) input.value = text;
            this.settle(input, "saved");
        }
    }

    /** What follows from saving; an answer read before the one shown comes too late. */
    recomputed({ computed, done, as_of: asOf, at }) {
        if (asOf < this.asOf) return;
        this.asOf = asOf;
        for (const [row, column, text] of computed) {
            const cell = this.cellAt(row, column);
            if (!cell || cell.textContent === text) continue;
            cell.textContent = text;
            cell.classList.remove("fresh");
            void cell.offsetWidth;
            cell.classList.add("fresh");
        }
        this.savedAt = at;
        this.count(done);
    }

    count(done) {
        document.dispatchEvent(
            new CustomEvent("entry:done", { detail: { sheet: this.element.id, done, required: this.required } }),
        );
    }

    failed(input, text, error) {
        if (error instanceof Refused) {
            if (error.answer.conflict) this.conflict(input, text, error.answer.conflict);
            else this.refused(input, error.answer);
            return;
        }
        if (!this.waiting.has(input)) this.waiting.set(input, input.value);
        this.mark(input, "offline");
        this.lost = error instanceof SignedOut ? SIGNED_OUT : OFFLINE;
        window.clearTimeout(this.timer);
        if (this.lost === OFFLINE) this.timer = window.setTimeout(() => this.retry(), RETRY_AFTER);
    }

    retry() {
        this.lost = "";
        this.send();
    }

    mark(input, state) {
        const td = input.closest("td");
        td.classList.remove(...STATES);
        if (state) td.classList.add(state);
        if (state === "error" || state === "conflict") input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
    }

    settle(input, state = "") {
        this.mark(input, state);
        this.issues.get(input)?.remove();
        input.removeAttribute("aria-describedby");
        this.issues.delete(input);
        this.issuesTarget.hidden = !this.issues.size;
    }

    // ---------------------------------------------------------------- what could not be saved

    refused(input, { message, suggestions = [] }) {
        const use = (text) => () => {
            input.value = text;
            this.queue(input);
            input.focus();
        };
        this.raise(input, "error", message, ...suggestions.map((text) => button(`Dùng ${text}`, use(text))));
    }

    /** Both values stay in sight until the person chooses. */
    conflict(input, typed, theirs) {
        const who = theirs.who || "Người khác";
        input.dataset.v = theirs.version;
        const keep = () => {
            this.stored(input, theirs.text, theirs.version);
            this.queue(input);
        };
        const replace = () => {
            input.value = typed;
            this.queue(input);
        };
        this.raise(
            input,
            "conflict",
            `${who} đã sửa ô này${theirs.at ? ` lúc ${theirs.at}` : ""}. Của ${who}: ${theirs.text || "(trống)"}. Của ông/bà: ${typed || "(trống)"}.`,
            button(`Giữ ${theirs.text || "ô trống"}`, keep),
            button(`Thay bằng ${typed || "ô trống"}`, replace),
        );
    }

    raise(input, state, message, ...choices) {
        this.settle(input, state);
        const go = element("button", { type: "button", class: "issue__place", onclick: () => input.focus() }, this.nameOf(input));
        const id = `${this.element.id}-loi-${++this.raised}`;
        input.setAttribute("aria-describedby", id);
        const issue = element("li", { class: state }, go, element("span", { id }, message), element("span", { class: "issue__choices" }, ...choices));
        this.issues.set(input, issue);
        this.issuesTarget.append(issue);
        this.issuesTarget.hidden = false;
        this.issuesTarget.scrollTop = this.issuesTarget.scrollHeight;
        /* The list has taken its room from the grid. */
        if (this.tableTarget.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
    }

    /** One line for the whole sheet. */
    say() {
        if (!this.hasStateTarget) return;
        const unsaved = this.waiting.size + this.sending.size;
        if (this.lost === SIGNED_OUT) {
            tell(this.stateTarget, "offline", `${SIGNED_OUT}: ${unsaved} ô chưa lưu`, ...signInAgain(() => this.retry()));
        } else if (this.lost) tell(this.stateTarget, "offline", `${OFFLINE} (${unsaved} ô chưa lưu)`);
        else if (unsaved) tell(this.stateTarget, "saving", unsaved === 1 ? "Đang lưu…" : `Đang lưu ${unsaved} ô…`);
        else if (this.issues.size) tell(this.stateTarget, "error", `${this.issues.size} ô chưa lưu được, xem danh sách`);
        else if (this.savedAt) tell(this.stateTarget, "saved", `Đã lưu lúc ${this.savedAt}`);
        else tell(this.stateTarget, "idle", IDLE);
    }

    /** Before handing in: save what is still being typed; answers how many cells could not be saved. */
    flush({ detail }) {
        const active = document.activeElement;
        if (this.tableTarget.contains(active) && active.matches(TYPED) && active.value !== active.defaultValue) {
            if (!this.issues.has(active)) this.queue(active);
        }
        detail.saving.push(this.settled());
    }

    async settled() {
        while (this.sending.size && !this.lost) await new Promise((done) => window.setTimeout(done, 50));
        return this.waiting.size + this.issues.size;
    }

    warn(event) {
        const active = document.activeElement;
        const typing = this.tableTarget.contains(active) && active.matches(TYPED) && active.value !== active.defaultValue;
        if (typing || this.waiting.size || this.sending.size || this.issues.size) event.preventDefault();
    }

    // ---------------------------------------------------------------- pasting

    async paste(event) {
        const input = event.target;
        if (!input.matches(TYPED)) return;
        const text = event.clipboardData.getData("text/plain");
        const isBlock = text.includes("\t") || (input.matches("input") && text.trim().includes("\n"));
        if (!isBlock) return;
        event.preventDefault();
        const [row, column] = this.keyOf(input);
        const from = input.closest("tr").sectionRowIndex;
        const under = [...this.tableTarget.tBodies[0].rows].slice(from, from + text.split("\n").length);
        const seen = under
            .flatMap((line) => [...line.querySelectorAll("[data-v]")])
            .map((cell) => [...this.keyOf(cell), Number(cell.dataset.v)]);
        tell(this.stateTarget, "saving", "Đang dán…");
        try {
            const data = { sheet: this.sheetValue, row, column, text, seen };
            this.laidDown(await call(this.pasteUrlValue, { data }));
        } catch (error) {
            this.note(error instanceof Refused ? error.message : `Chưa dán được: ${OFFLINE.toLowerCase()}. Dán lại sau.`);
        }
        this.say();
    }

    /** Cells with their texts, changed as one batch: filled, emptied. */
    async changeTogether(cells, label, left) {
        const named = cells.map(([input, text]) => [...this.keyOf(input), text]);
        const seen = cells.map(([input]) => [...this.keyOf(input), Number(input.dataset.v || 0)]);
        tell(this.stateTarget, "saving", `Đang lưu ${cells.length} ô…`);
        try {
            const answer = await call(this.pasteUrlValue, { data: { sheet: this.sheetValue, cells: named, seen } });
            this.takenIn(answer);
            this.undone.push(answer.batch, label);
            const failed = answer.failed.length + answer.conflicts.length;
            const missed = failed ? ` ${failed} ô chưa lưu, xem danh sách.` : "";
            this.status.say(`Đã ${label} ${cells.length - failed} ô; Ctrl+Z để hoàn tác.${missed}${left}`);
        } catch (error) {
            this.status.say(error instanceof Refused ? error.message : `Chưa ${label} được: ${OFFLINE.toLowerCase()}. Làm lại sau.`);
        }
        this.say();
    }

    /** What became of cells that were sent together. */
    takenIn(answer) {
        for (const [row, column, text, version] of answer.saved) this.stored(this.inputAt(row, column), text, version);
        for (const cell of answer.failed) {
            const input = this.inputAt(cell.row, cell.column);
            input.value = cell.typed;
            this.refused(input, cell);
        }
        for (const cell of answer.conflicts) {
            const input = this.inputAt(cell.row, cell.column);
            input.value = cell.typed;
            this.conflict(input, cell.typed, cell);
        }
        this.recomputed(answer);
    }

    laidDown(answer) {
        this.takenIn(answer);
        this.undone.push(answer.batch, "dán");
        const left = answer.failed.length + answer.conflicts.length;
        const said = [
            `Đã dán ${answer.saved.length} ô.`,
            left ? `${left} ô chưa lưu, xem danh sách.` : "",
            answer.skipped ? `Bỏ qua ${answer.skipped} ô không phải ô nhập của ông/bà.` : "",
            answer.outside ? `${answer.outside} ô nằm ngoài bảng.` : "",
        ];
        const undo = answer.batch ? [button("Hoàn tác lần dán", () => this.undo(answer.batch))] : [];
        this.note(said.filter(Boolean).join(" "), ...undo);
    }

    async undo(batch) {
        tell(this.stateTarget, "saving", "Đang hoàn tác…");
        try {
            const answer = await call(this.undoUrlValue, { data: { batch } });
            this.undone.forget(batch);
            this.takenBack(answer);
            const kept = answer.kept ? ` ${answer.kept} ô đã được sửa sau khi dán nên giữ nguyên.` : "";
            this.note(`Đã hoàn tác ${answer.saved.length} ô.${kept}`);
        } catch (error) {
            this.note(error instanceof Refused ? error.message : `Chưa hoàn tác được: ${OFFLINE.toLowerCase()}.`);
        }
        this.say();
    }

    takenBack(answer) {
        for (const [row, column, text, version] of answer.saved) this.stored(this.inputAt(row, column), text, version);
        this.recomputed(answer);
    }

    note(words, ...choices) {
        const close = button("Đóng", () => (this.pastedTarget.hidden = true));
        this.pastedTarget.replaceChildren(element("span", {}, words), ...choices, close);
        this.pastedTarget.hidden = false;
        delete this.stateTarget.dataset.said;
        tell(this.stateTarget, "idle", IDLE);
    }
}

window.wagtail.app.register("entry-grid", Grid);
