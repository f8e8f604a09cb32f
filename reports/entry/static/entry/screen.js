/* The screen as a whole: the dialog that comes back with an error, the check before handing in, the running count. */


const { Controller } = window.StimulusModule;

/* Wagtail moves dialogs to the end of the page when it starts; only then can one be shown. */
document.addEventListener("w-dialog:ready", (event) => {
    const screen = document.querySelector("[data-entry-screen-open-value]");
    if (screen && event.target.id && event.target.id === screen.dataset.entryScreenOpenValue) {
        event.target.dispatchEvent(new CustomEvent("w-dialog:show"));
    }
});

class Screen extends Controller {
    static targets = ["done", "sections"];

    connect() {
        this.counts = new Map();
        /* sheet → how many of its cells are required; lists grow */
        this.asked = new Map();
        this.more = 0;
        this.counted = ({ detail }) => this.count(detail);
        document.addEventListener("entry:done", this.counted);
        this.written = () => this.countSections();
        document.addEventListener("entry:section", this.written);
    }

    disconnect() {
        document.removeEventListener("entry:done", this.counted);
        document.removeEventListener("entry:section", this.written);
    }

    /** Every grid says how many of its required cells are filled in. */
    count({ sheet, done, required }) {
        this.counts.set(sheet, done);
        if (!this.asked.has(sheet)) this.asked.set(sheet, required);
        this.more += required - this.asked.get(sheet);
        this.asked.set(sheet, required);
        const label = document.querySelector(`[data-sheet-done="${sheet}"]`);
        if (label) label.textContent = `${done}/${required}`;
        if (!this.hasDoneTarget) return;
        const sum = [...this.counts.values()].reduce((total, one) => total + one, 0);
        this.doneTarget.textContent = `${sum}/${Number(this.doneTarget.dataset.required) + this.more} ô bắt buộc`;
    }

    /** A section was saved: how many of those that are asked for have words in them. */
    countSections() {
        if (!this.hasSectionsTarget) return;
        const texts = [...document.querySelectorAll(".section[data-required] [contenteditable]")];
        const written = texts.filter((text) => text.textContent.trim()).length;
        this.sectionsTarget.textContent = `${written}/${texts.length} mục thuyết minh`;
    }
}

class Check extends Controller {
    static targets = ["found", "form"];
    static values = { url: String };

    /** The dialog opens: what is still being typed is saved first, then the server says what is missing. */
    async load(event) {
        if (!event.target.contains(this.element)) return;
        this.formTarget.hidden = true;
        this.foundTarget.textContent = "Đang kiểm tra báo cáo…";
        const saving = [];
        document.dispatchEvent(new CustomEvent("entry:flush", { detail: { saving } }));
        const unsaved = (await Promise.all(saving)).reduce((total, one) => total + one, 0);
        if (unsaved) {
            this.foundTarget.textContent = `Còn ${unsaved} chỗ chưa lưu được. Đóng hộp thoại này và xử lý trước khi trình.`;
            return;
        }
        const response = await fetch(this.urlValue, { credentials: "same-origin" }).catch(() => null);
        if (!response || !response.ok || response.redirected) {
            this.foundTarget.textContent = "Chưa kiểm tra được. Tải lại trang rồi thử lại.";
            return;
        }
        this.foundTarget.innerHTML = await response.text();
        this.formTarget.hidden = Boolean(this.foundTarget.querySelector("[data-blocked]"));
    }

    /** A problem leads to its place: the tab opens, the cell or section is focused. */
    go(event) {
        event.preventDefault();
        const { tab, sheet, row, column } = event.currentTarget.dataset;
        const place = event.currentTarget.getAttribute("href").slice(1);
        this.element.closest(".w-dialog").dispatchEvent(new CustomEvent("w-dialog:hide"));
        document.getElementById(tab.replace("tab-", "tab-label-"))?.click();
        if (row) document.dispatchEvent(new CustomEvent("entry:go", { detail: { sheet, row, column } }));
        else document.getElementById(place)?.querySelector("[contenteditable]")?.focus();
    }
}

window.wagtail.app.register("entry-screen", Screen);
window.wagtail.app.register("entry-check", Check);
