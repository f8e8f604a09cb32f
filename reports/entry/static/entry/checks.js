/* The panel of checks: asked after every saving, each finding leads to its cell and is explained in place. */

import { LEADING, TYPED, describe } from "./board.js";
import { Refused, call, tell } from "./request.js";

const { Controller } = window.StimulusModule;

/* In front of the figures: STT, label, measure. */
/* People type on: the checks wait for a pause. */
const PAUSE = 1200;
const EFFECTS = ["block", "explain", "warn"];

class Checks extends Controller {
    static targets = ["found", "state"];
    static values = { url: String, explainUrl: String };

    connect() {
        this.line = document.querySelector("[data-checks-line]");
        this.soon = () => {
            window.clearTimeout(this.timer);
            this.timer = window.setTimeout(() => this.load(), PAUSE);
        };
        document.addEventListener("entry:saved", this.soon);
        document.addEventListener("entry:done", this.soon);
        this.load();
    }

    disconnect() {
        window.clearTimeout(this.timer);
        document.removeEventListener("entry:saved", this.soon);
        document.removeEventListener("entry:done", this.soon);
    }

    /** An explanation that is being written is not taken away: the checks come again once it is left. */
    get isWriting() {
        const writing = [...this.foundTarget.querySelectorAll("textarea")];
        return writing.some((text) => text === document.activeElement || text.value !== text.defaultValue);
    }

    async load(event) {
        window.clearTimeout(this.timer);
        if (!event && this.isWriting) return;
        const asked = (this.asked = {});
        const response = await fetch(this.urlValue, { credentials: "same-origin" }).catch(() => null);
        if (asked !== this.asked) return;
        if (!response || !response.ok || response.redirected) {
            tell(this.stateTarget, "offline", "Chưa kiểm tra được; sẽ kiểm tra lại sau lần lưu tới");
            return;
        }
        this.foundTarget.innerHTML = await response.text();
        const answer = this.foundTarget.firstElementChild;
        for (const { sheet, flags } of JSON.parse(answer.dataset.flags)) this.flag(sheet, flags);
        tell(this.stateTarget, "saved", `Đã kiểm tra lúc ${answer.dataset.at}`);
        this.say(answer.dataset);
    }

    /** Above the sheets and in the bar at the top of the page. */
    say({ said, filling, emptiness }) {
        for (const [name, words] of Object.entries({ filling, emptiness })) {
            const place = document.querySelector(`[data-checks-${name}]`);
            if (place) place.textContent = words;
        }
        if (!this.line) return;
        this.line.hidden = false;
        this.line.querySelector("[data-checks-said]").textContent = said || "số đã nhập không có gì bất thường";
    }

    /** Marks the cells, with the reason for those who do not see colours, and tells whoever leads from one to the next. */
    flag(sheet, flags) {
        const grid = document.querySelector(`[data-entry-grid-sheet-value="${sheet}"]`);
        if (!grid) return;
        for (const cell of grid.querySelectorAll("td.flagged")) {
            cell.classList.remove("flagged", ...EFFECTS);
            const said = cell.querySelector(TYPED) || cell;
            describe(said, "check", "");
            if (said !== cell) cell.removeAttribute("title");
        }
        const columns = JSON.parse(grid.dataset.entryGridColumnsValue).map(([key]) => key);
        const rows = new Map([...grid.querySelectorAll("tr[data-row]")].map((row) => [row.dataset.row, row]));
        const found = new Map();
        for (const { row, column, effect, text } of flags) {
            const cell = rows.get(row)?.cells[columns.indexOf(column) + LEADING];
            if (!cell) continue;
            const said = cell.querySelector(TYPED) || cell;
            const words = found.has(cell) ? `${found.get(cell)} ${text}` : text;
            if (!found.has(cell)) cell.classList.add("flagged", effect);
            found.set(cell, words);
            describe(said, "check", words);
            /* Cells that are not typed into say in their title where they come from. */
            if (said !== cell) cell.title = words;
        }
        document.dispatchEvent(new CustomEvent("entry:flags", { detail: { sheet, flags } }));
    }

    go(event) {
        event.preventDefault();
        const { sheet, row, column } = event.currentTarget.dataset;
        document.dispatchEvent(new CustomEvent("entry:go", { detail: { sheet, row, column } }));
    }

    async explain(event) {
        event.preventDefault();
        const form = event.currentTarget;
        const { sheet, row, column, rule, text } = Object.fromEntries(new FormData(form));
        const refusal = form.querySelector("[role=alert]");
        refusal.hidden = true;
        try {
            await call(this.explainUrlValue, { data: { sheet: Number(sheet), row, column, rule, text } });
        } catch (error) {
            refusal.textContent = error instanceof Refused ? error.message : "Chưa ghi được giải trình; thử lại khi có kết nối.";
            refusal.hidden = false;
            return;
        }
        await this.load(event);
    }
}

window.wagtail.app.register("entry-checks", Checks);
