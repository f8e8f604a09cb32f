/* The keyboard as in Excel. A cell is entered with its text selected: arrows go on, typing replaces. F2, a double click or
   a click into the text begins editing: arrows move the caret. Computed and locked cells are passed through and read. */

import { TYPED, inputOf } from "./board.js";

const ARROWS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

export class Travel {
    constructor(grid) {
        this.grid = grid;
        this.board = grid.board;
        this.mode = "ready";
        this.on = new AbortController();
        const { signal } = this.on;
        const { body } = this.board;
        body.addEventListener("focusin", (event) => this.entered(event), { signal });
        body.addEventListener("focusout", () => this.ready(), { signal });
        body.addEventListener("keydown", (event) => this.key(event), { signal });
        body.addEventListener("input", () => this.typed(), { signal });
        /* A sheet without a cell to type into is entered by its first cell. */
        if (!body.querySelector(TYPED)) this.stop(this.board.corner(false));
    }

    disconnect() {
        this.on.abort();
    }

    get isEditing() {
        return this.mode !== "ready";
    }

    // ---------------------------------------------------------------- modes

    ready() {
        this.mode = "ready";
        this.cell?.classList.remove("editing");
    }

    typed() {
        if (this.mode === "ready") this.mode = "typing";
    }

    edit() {
        if (!this.cell || !inputOf(this.cell)) return false;
        this.mode = "editing";
        this.cell.classList.add("editing");
        this.grid.selection.only(this.cell);
        return true;
    }

    entered(event) {
        const td = this.board.cellOf(event.target);
        if (!td) return;
        this.ready();
        this.cell = td;
        if (!this.tabbing) this.tabbedFrom = undefined;
        this.tabbing = false;
        this.grid.selection.only(td);
        const input = inputOf(td);
        if (input && event.target === input) input.select();
        if (this.stopped) this.stop(td);
    }

    /** The one cell of a sheet that is only read at which Tab stops. */
    stop(td) {
        if (this.stopped) this.stopped.tabIndex = -1;
        if (td) td.tabIndex = 0;
        this.stopped = td;
    }

    // ---------------------------------------------------------------- keys

    key(event) {
        const td = this.board.cellOf(event.target);
        if (!td || event.isComposing || event.defaultPrevented || event.target.closest("a, button, select")) return;
        /* On narrow screens Wagtail's sidebar would take the focus. */
        if (event.key === "Escape") event.stopPropagation();
        const handled = this.mode === "editing" ? this.inText(event, td) : this.overCells(event, td);
        if (handled) event.preventDefault();
    }

    /** The caret is the person's; only leaving is ours. */
    inText(event, td) {
        if (event.key === "Enter" && event.altKey) return this.breakLine(td);
        if (event.ctrlKey || event.metaKey || event.altKey) return false;
        if (event.key === "Enter") return this.go(td, this.board.step(td, event.shiftKey ? -1 : 1, 0));
        if (event.key === "Escape") return this.leave(td);
        if (event.key === "F2") return this.rest(td);
        return false;
    }

    overCells(event, td) {
        const { key, shiftKey: shift, altKey: alt } = event;
        const control = event.ctrlKey || event.metaKey;
        if (alt) return key === "Enter" && this.breakLine(td);
        if (this.mode === "typing" && shift && (ARROWS[key] || key === "Home" || key === "End")) return false;
        const to = this.destination(key, shift && key !== "Enter" ? this.grid.selection.end : td, control, shift);
        if (key === "Tab" && !control) {
            this.tabbedFrom ??= td.cellIndex;
            this.tabbing = true;
            return false;
        }
        if (to) return shift && key !== "Enter" ? this.extend(to) : this.go(td, to);
        if (control) return this.command(key.toLowerCase(), shift);
        if (key === "F2") return this.edit() && this.toEnd(td);
        if (key === "Escape") return this.leave(td);
        if (this.mode === "typing" || (key !== "Delete" && key !== "Backspace")) return false;
        if (key === "Backspace" && !this.grid.selection.isBlock) return false;
        this.grid.selection.empty();
        return true;
    }

    /** Where a key leads from a cell; null for a key that leads nowhere. */
    destination(key, td, control, shift) {
        const { board } = this;
        if (ARROWS[key]) return control ? board.edge(td, ...ARROWS[key]) : board.step(td, ...ARROWS[key]);
        switch (key) {
            case "Enter":
                return control ? null : this.nextLine(td, shift ? -1 : 1);
            case "Home":
                return control ? board.corner(false) : board.home(td);
            case "End":
                return control ? board.corner(true) : board.end(td);
            case "PageDown":
            case "PageUp":
                return control ? null : board.page(td, key === "PageDown" ? 1 : -1, this.grid.pageHeight());
            default:
                return null;
        }
    }

    /** After a row of Tabs, Enter goes back to the column where they began. */
    nextLine(td, down) {
        const next = this.board.step(td, down, 0);
        if (this.tabbedFrom === undefined || next === td) return next;
        return this.board.cellsOf(next.parentElement).find((cell) => cell.cellIndex === this.tabbedFrom) || next;
    }

    command(key, shift) {
        const { selection, undone } = this.grid;
        const commands = {
            a: () => selection.all(),
            d: () => selection.fillDown(),
            r: () => selection.fillRight(),
            z: () => (shift ? undone.again() : undone.back()),
            y: () => undone.again(),
        };
        /* In the middle of typing the text is the browser's. */
        if (!Object.hasOwn(commands, key) || this.mode === "typing") return false;
        commands[key]();
        return true;
    }

    // ---------------------------------------------------------------- moving

    /** Leaving a cell saves it; from the edge nowhere, and it is saved all the same. */
    go(from, to) {
        if (to === from) inputOf(from)?.blur();
        this.board.enter(to);
        return true;
    }

    extend(to) {
        this.grid.selection.extend(to);
        to.scrollIntoView({ block: "nearest", inline: "nearest" });
        return true;
    }

    /** Back to the cell as a whole. */
    rest(td) {
        this.ready();
        this.grid.selection.only(td);
        inputOf(td)?.select();
        return true;
    }

    /** Esc: what the server has; then out of the text; then the block. */
    leave(td) {
        const { selection } = this.grid;
        const input = inputOf(td);
        const restored = input && this.grid.restore(input) !== false;
        if (!restored && !this.isEditing && !selection.isBlock) return false;
        return this.rest(td);
    }

    toEnd(td) {
        const input = inputOf(td);
        input.setSelectionRange(input.value.length, input.value.length);
        return true;
    }

    breakLine(td) {
        const input = inputOf(td);
        if (!input?.matches("textarea")) return false;
        input.setRangeText("\n", input.selectionStart, input.selectionEnd, "end");
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        return true;
    }
}
