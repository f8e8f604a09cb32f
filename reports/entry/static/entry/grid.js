/* The grid: a table of native inputs, saved cell by cell. What could not be saved stays in the page and is listed. */

import { Board, LEADING, TYPED } from "./board.js";
import { Filter } from "./filter.js";
import { Issues } from "./issues.js";
import { Outbox } from "./outbox.js";
import { Parts } from "./parts.js";
import { Pasting } from "./pasting.js";
import { Elsewhere, hear } from "./presence.js";
import { Problems } from "./problems.js";
import { OFFLINE, RETRY_AFTER, Refused, SIGNED_OUT, SignedOut, button, call, element, signInAgain, tell } from "./request.js";
import { Selection } from "./selection.js";
import { Shortcuts } from "./shortcuts.js";
import { Status } from "./status.js";
import { Travel } from "./travel.js";
import { Undo } from "./undo.js";

const { Controller } = window.StimulusModule;

/* In rows of lists the label is typed too: where it stands, and the key of its column. */
const NAME = 1;
const NAMES = "@";
const AT_ONCE = 4;
/* The right edge of a wide grid fades (admin.css): a cell one comes to does not lie under it. */
const FADE = 48;
const STATES = ["saving", "saved", "error", "conflict", "offline"];
const IDLE = "Tự động lưu khi rời ô";
const COMPOSED = "Chữ tổ hợp đã được ghép thành chữ dựng sẵn (Unicode NFC); chữ trông như cũ.";

class Grid extends Controller {
    static targets = ["frame", "table", "box", "state", "issues", "pasted", "unsent", "line"];
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
        /* Inputs whose text is to stay as it is, whatever font it looks like. */
        this.asIs = new Set();
        this.asOf = 0;
        /* computed cell → the answer its value came with */
        this.answers = new Map();
        this.issues = new Issues(this, this.issuesTarget);
        this.required = this.tableTarget.querySelectorAll("td.needed").length;
        this.measure = new ResizeObserver(() => this.keepClear());
        this.measure.observe(this.tableTarget.tHead);
        this.keepClear();
        this.furnish();
        this.goto = ({ detail }) => this.go(detail);
        document.addEventListener("entry:go", this.goto);
        this.computedElsewhere = ({ detail }) => {
            if (detail.sheet === this.sheetValue) this.refresh(detail.computed, detail.asOf);
        };
        document.addEventListener("entry:computed", this.computedElsewhere);
        this.count(this.doneValue);
        this.outbox.offer(this.unsentTarget);
        this.catchUp();
    }

    /** What one does with the table as a whole; each is a module of its own. */
    furnish() {
        const part = (name) => this.element.querySelector(`[data-sheet-${name}]`);
        const tools = part("tools");
        this.board = new Board(this.tableTarget);
        this.status = new Status(part("status"));
        this.undone = new Undo(this);
        this.outbox = new Outbox(this);
        this.pasting = new Pasting(this, this.pastedTarget);
        this.elsewhere = new Elsewhere(this);
        this.selection = new Selection(this);
        this.travel = new Travel(this);
        this.filter = new Filter(this, tools);
        this.problems = new Problems(this, tools);
        this.furniture = [this.selection, this.travel, this.filter, this.problems, new Shortcuts(this, tools), this.outbox, this.elsewhere];
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
        document.removeEventListener("entry:computed", this.computedElsewhere);
    }

    /** A cell that is focused must not hide under the parts that stay. */
    keepClear() {
        const first = this.tableTarget.tBodies[0].rows[0];
        const left = [...(first?.cells || [])]
            .slice(0, LEADING)
            .filter((cell) => getComputedStyle(cell).position === "sticky")
            .reduce((width, cell) => width + cell.offsetWidth, 0);
        this.boxTarget.style.scrollPadding = `${this.tableTarget.tHead.offsetHeight + 8}px ${FADE}px 24px ${left + 8}px`;
    }

    // ---------------------------------------------------------------- places

    keyOf(cell) {
        const td = cell.closest("td");
        return [td.parentElement.dataset.row, td.cellIndex === NAME ? NAMES : this.columnsValue[td.cellIndex - LEADING]?.[0]];
    }

    cellAt(row, column) {
        if (column === NAMES) return this.rows.get(row)?.cells[NAME];
        const index = this.columnsValue.findIndex(([key]) => key === column);
        return this.rows.get(row)?.cells[index + LEADING];
    }

    inputAt(row, column) {
        return this.cellAt(row, column)?.querySelector(TYPED);
    }

    nameOf(input) {
        const td = input.closest("td");
        const label = this.labelOf(td.parentElement);
        return td.cellIndex === NAME ? label : `${label} · ${this.columnsValue[td.cellIndex - LEADING]?.[1]}`;
    }

    /** What a row is called; one of a list that has no name yet goes by its number. */
    labelOf(row) {
        const label = row.cells[NAME];
        const name = label.querySelector("textarea");
        return name ? name.value || `Dòng ${row.cells[0].textContent}` : label.textContent;
    }

    /** The rows of lists that are on the screen. */
    get listed() {
        return [...this.tableTarget.querySelectorAll("tr.listed")].map((row) => row.dataset.row);
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
        if (!td || (td.cellIndex < LEADING && !event.target.matches(TYPED))) return;
        if (td.cellIndex < LEADING) event.target.select();
        /* After the browser's own scrolling to what is focused. */
        window.requestAnimationFrame(() => this.bringUp());
        this.issues.get(td.querySelector(TYPED))?.scrollIntoView({ block: "nearest" });
        const row = td.parentElement;
        const said = [this.nameOf(td), row.cells[2].textContent, td.title, row.cells[NAME].title];
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
        this.forget(input);
        this.say();
        return true;
    }

    /** What was typed here is no longer wanted. */
    forget(input) {
        this.waiting.delete(input);
        this.outbox.drop(input);
        this.pasting.typedInto(input);
        this.issues.settle(input);
    }

    // ---------------------------------------------------------------- saving

    touch(event) {
        event.target.closest("td")?.classList.remove("saved");
        this.pasting.typedInto(event.target);
    }

    change(event) {
        if (event.target.matches(TYPED)) this.queue(event.target);
    }

    queue(input) {
        this.waiting.set(input, input.value);
        this.outbox.keep(input, input.value);
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
            const data = { sheet: this.sheetValue, row, column, text, seen, as_is: this.asIs.has(input) || undefined };
            const answer = await call(this.cellUrlValue, { data });
            this.asIs.delete(input);
            this.stored(input, answer.text, answer.version, text);
            this.undone.saved(input, before, answer.text);
            this.recomputed(answer);
            this.told([[row, column]]);
            hear(answer.others);
            if (answer.composed) this.note(COMPOSED);
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
            if (!this.waiting.has(input)) this.outbox.drop(input);
            this.issues.settle(input, "saved");
        }
    }

    /** Whoever shows what follows from these cells. */
    told(cells) {
        const detail = { sheet: this.sheetValue, cells: cells.map(([row, column]) => [row, column]) };
        document.dispatchEvent(new CustomEvent("entry:saved", { detail }));
    }

    takenBack(answer) {
        this.arranged(answer);
        for (const [row, column, text, version] of answer.saved) this.stored(this.inputAt(row, column), text, version);
        this.recomputed(answer);
        this.told(answer.saved);
    }

    /** What follows from saving, here and in other sheets; an answer read before the one shown comes too late. */
    recomputed({ computed, elsewhere = [], done, as_of: asOf, at }) {
        this.refresh(computed, asOf);
        for (const { sheet, computed: there } of elsewhere) {
            document.dispatchEvent(new CustomEvent("entry:computed", { detail: { sheet, computed: there, asOf } }));
        }
        if (asOf < this.asOf) return;
        this.asOf = asOf;
        this.savedAt = at;
        this.count(done);
    }

    /** Computed cells; of each the newest answer stays, for another answer may not speak of it. */
    refresh(computed, asOf) {
        for (const [row, column, text] of computed) {
            const cell = this.cellAt(row, column);
            if (!cell || asOf < (this.answers.get(cell) || 0)) continue;
            this.answers.set(cell, asOf);
            if (cell.textContent === text) continue;
            cell.textContent = text;
            cell.classList.remove("fresh");
            void cell.offsetWidth;
            cell.classList.add("fresh");
        }
    }

    count(done) {
        document.dispatchEvent(
            new CustomEvent("entry:done", { detail: { sheet: this.element.id, done, required: this.required } }),
        );
    }

    failed(input, text, error) {
        if (error instanceof Refused) {
            if (error.answer.conflict) this.issues.conflict(input, text, error.answer.conflict);
            else if (error.answer.removed) this.gone(input, error.answer);
            else this.issues.refused(input, error.answer);
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
        this.pasting.resume();
    }

    mark(input, state) {
        const td = input.closest("td");
        td.classList.remove(...STATES);
        if (state) td.classList.add(state);
        if (state === "error" || state === "conflict") input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
    }

    /** Somebody has taken the row out of its list. */
    gone(input, { message, removed }) {
        const detail = { row: removed, input };
        const back = () => this.element.dispatchEvent(new CustomEvent("entry:row-back", { detail }));
        this.issues.raise(input, "error", message, button("Khôi phục dòng", back));
    }

    /** One line for the whole sheet. */
    say() {
        if (!this.hasStateTarget) return;
        const unsaved = this.waiting.size + this.sending.size;
        if (this.lost === SIGNED_OUT) {
            tell(this.stateTarget, "offline", `${SIGNED_OUT}: ${unsaved} ô chưa lưu`, ...signInAgain(() => this.retry()), this.outbox.exporting());
        } else if (this.lost) tell(this.stateTarget, "offline", `${OFFLINE} (${unsaved} ô chưa lưu)`, this.outbox.exporting());
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
        return this.waiting.size + this.issues.size + (this.pasting.isOpen ? 1 : 0);
    }

    warn(event) {
        const active = document.activeElement;
        const typing = this.tableTarget.contains(active) && active.matches(TYPED) && active.value !== active.defaultValue;
        if (typing || this.waiting.size || this.sending.size || this.issues.size || this.pasting.isOpen) event.preventDefault();
    }

    // ---------------------------------------------------------------- pasting

    paste(event) {
        if (event.target.matches(TYPED)) this.pasting.take(event);
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
        for (const cell of answer.failed) this.issues.refused(this.typed(cell), cell);
        for (const cell of answer.conflicts) this.issues.conflict(this.typed(cell), cell.typed, cell);
        this.recomputed(answer);
        this.told(answer.saved);
    }

    /** The input of a cell that was not saved, with what was typed in it. */
    typed({ row, column, typed }) {
        const input = this.inputAt(row, column);
        input.value = typed;
        this.outbox.keep(input, typed);
        return input;
    }

    /** Rows that an answer has added to a list or taken out of it. */
    arranged(answer) {
        if (answer.list) this.element.dispatchEvent(new CustomEvent("entry:rows", { detail: answer }));
    }

    note(words, ...choices) {
        this.pasting.note(words, ...choices);
    }

    busy(words) {
        tell(this.stateTarget, "saving", words);
    }
}

window.wagtail.app.register("entry-grid", Grid);
