/* Keys that work wherever one is on the sheet, and the dialog that lists all keys. */

const dialog = () => document.getElementById("phim-tat");

export class Shortcuts {
    constructor(grid, tools) {
        this.grid = grid;
        this.on = new AbortController();
        const { signal } = this.on;
        tools.querySelector("[data-show-keys]").addEventListener("click", () => dialog().showModal(), { signal });
        /* Before the cells; what is taken here opens no dialog of Wagtail's, which has keys of the same names. */
        document.addEventListener("keydown", (event) => this.key(event), { signal, capture: true });
    }

    disconnect() {
        this.on.abort();
    }

    key(event) {
        if (event.isComposing || event.altKey || dialog().open || !this.grid.element.checkVisibility()) return;
        if (document.querySelector(".w-dialog[aria-hidden=false], dialog[open]")) return;
        const command = this.commandOf(event);
        if (!command) return;
        event.preventDefault();
        command();
    }

    commandOf({ key, ctrlKey, metaKey, shiftKey, target }) {
        if (key === "F8") return () => this.grid.problems.go(shiftKey ? -1 : 1);
        if (ctrlKey || metaKey) return key === "/" ? () => dialog().showModal() : null;
        if (this.isForText(target)) return null;
        return { "/": () => this.grid.filter.focus(), "?": () => dialog().showModal() }[key];
    }

    /** Something is being written there; a number that has not been begun has neither "/" nor "?" in it. */
    isForText(target) {
        if (this.grid.board.cellOf(target)) return target.matches("textarea") || this.grid.travel.isEditing;
        return target.matches("input, textarea, select, [contenteditable]") || target.isContentEditable;
    }
}
