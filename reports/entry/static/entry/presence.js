/* Who else has the report open, and what they save: asked every fifteen seconds while the page is in sight, and soon after
   one has come to rest in another cell. */

import { TYPED, describe } from "./board.js";
import { call, element, icon } from "./request.js";

const { Controller } = window.StimulusModule;

const EVERY = 15_000;
const SOON = 4_000;
const AT_REST = 1_500;

/* Where this person is: [sheet, row, column]. */
let place = null;

class Presence extends Controller {
    static targets = ["others"];
    static values = { url: String, asOf: Number };

    connect() {
        this.seen = () => (document.hidden ? this.rest() : this.poll());
        this.entered = () => this.pollSoon();
        document.addEventListener("visibilitychange", this.seen);
        document.addEventListener("entry:cell", this.entered);
        this.poll();
    }

    disconnect() {
        this.rest();
        document.removeEventListener("visibilitychange", this.seen);
        document.removeEventListener("entry:cell", this.entered);
    }

    rest() {
        window.clearTimeout(this.timer);
    }

    /** Where one is now is told to the others before the next round; not for each cell one only passes. */
    pollSoon() {
        if (document.hidden || this.asking) return;
        const at = Math.min(this.askedAt + EVERY, Math.max(Date.now() + AT_REST, this.askedAt + SOON));
        this.rest();
        this.timer = window.setTimeout(() => this.poll(), at - Date.now());
    }

    async poll() {
        this.rest();
        if (document.hidden || this.asking) return;
        this.asking = true;
        this.askedAt = Date.now();
        try {
            const known = [...document.querySelectorAll(".grid tr.listed")].map((row) => row.dataset.row);
            const answer = await call(this.urlValue, { data: { as_of: this.asOfValue, place, known } });
            this.asOfValue = answer.as_of;
            for (const sheet of answer.sheets) document.dispatchEvent(new CustomEvent("entry:meanwhile", { detail: sheet }));
            hear(answer.others);
            if (answer.too_many) this.tell("Người khác vừa sửa nhiều ô. Tải lại trang để xem.");
            else this.show(answer.others);
        } catch {
            /* Without a connection nobody is seen; saving says that it is gone. */
            hear([]);
            this.show([]);
        }
        this.asking = false;
        if (!document.hidden) this.timer = window.setTimeout(() => this.poll(), EVERY);
    }

    show(others) {
        const names = others.map(({ who }) => who).join(", ");
        this.tell(names && `Cũng đang mở báo cáo này: ${names}`);
    }

    tell(words) {
        if (this.othersTarget.textContent.trim() === words) return;
        this.othersTarget.hidden = !words;
        this.othersTarget.replaceChildren(icon("user"), element("span", {}, words));
    }
}

/** Also told by the answers to what one types. */
export function hear(others) {
    document.dispatchEvent(new CustomEvent("entry:others", { detail: { others } }));
}

/** What others do, on one grid: their cells are outlined, what they have saved comes in. */
export class Elsewhere {
    constructor(grid) {
        this.grid = grid;
        this.shown = [];
        this.on = new AbortController();
        const { signal } = this.on;
        document.addEventListener("entry:others", ({ detail }) => this.outline(detail.others), { signal });
        document.addEventListener("entry:meanwhile", ({ detail }) => this.take(detail), { signal });
        grid.tableTarget.addEventListener("focusin", (event) => this.entered(event), { signal });
    }

    disconnect() {
        this.on.abort();
    }

    entered(event) {
        const td = event.target.closest("td");
        const [row, column] = td ? this.grid.keyOf(td) : [];
        if (column) place = [this.grid.sheetValue, row, column];
    }

    outline(others) {
        for (const td of this.shown) {
            delete td.dataset.who;
            describe(td.querySelector(TYPED) || td, "presence", "");
        }
        this.shown = [];
        for (const { who, initials, place: theirs } of others) {
            const td = theirs && theirs[0] === this.grid.sheetValue && this.grid.cellAt(theirs[1], theirs[2]);
            if (!td) continue;
            td.dataset.who = initials;
            describe(td.querySelector(TYPED) || td, "presence", `${who} đang ở ô này`);
            this.shown.push(td);
        }
    }

    /** A value that is newer than the one shown; over what is being typed it is only shown beside. */
    take(answer) {
        const { grid } = this;
        if (answer.sheet !== grid.sheetValue) return;
        for (const list of answer.lists) grid.arranged(list);
        for (const cell of answer.cells) {
            const td = grid.cellAt(cell.row, cell.column);
            const input = grid.inputAt(cell.row, cell.column);
            if (!td) continue;
            if (!input) this.put(td, cell.text);
            else if (Number(input.dataset.v || 0) < cell.version && !grid.sending.has(input)) this.meet(input, cell);
        }
        grid.recomputed(answer);
    }

    meet(input, cell) {
        const { grid } = this;
        const isMine = input.value !== input.defaultValue && input.value !== cell.text;
        if (isMine && !grid.pasting.laid.has(input)) {
            grid.waiting.delete(input);
            grid.issues.conflict(input, input.value, cell);
            return;
        }
        const isTyped = grid.pasting.laid.has(input);
        grid.stored(input, cell.text, cell.version, isTyped ? null : undefined);
        if (!isTyped) grid.mark(input, "");
        this.shine(input.closest("td"), cell);
    }

    put(td, text) {
        const [first] = td.childNodes;
        if (td.textContent === text) return;
        if (first?.nodeType === Node.TEXT_NODE) first.data = text;
        else td.prepend(text);
        this.shine(td);
    }

    shine(td, cell) {
        td.classList.remove("theirs");
        void td.offsetWidth;
        td.classList.add("theirs");
        if (cell?.who) td.title = `${cell.who} sửa lúc ${cell.at}`;
    }
}

window.wagtail.app.register("entry-presence", Presence);
