/* The panel beside the grid: what is known of the cell that is entered. Closed until asked for; then it follows. */

import { Refused, call, element, openedBy, token } from "./request.js";

const { Controller } = window.StimulusModule;

const SETTLED = 250;
const OPEN = "entry.about";

class About extends Controller {
    static targets = ["panel", "body", "chart", "open"];
    static values = { url: String, upload: String, scripts: String };

    connect() {
        this.seen = ({ detail }) => this.follow(detail);
        this.typed = ({ detail }) => this.refresh(detail);
        this.pressed = (event) => this.key(event);
        document.addEventListener("entry:cell", this.seen);
        document.addEventListener("entry:saved", this.typed);
        this.element.addEventListener("keydown", this.pressed);
        this.panelTarget.hidden = window.sessionStorage.getItem(OPEN) !== "1";
        this.fit();
    }

    disconnect() {
        document.removeEventListener("entry:cell", this.seen);
        document.removeEventListener("entry:saved", this.typed);
        this.element.removeEventListener("keydown", this.pressed);
    }

    get isOpen() {
        return !this.panelTarget.hidden;
    }

    fit() {
        this.element.classList.toggle("with-panel", this.isOpen);
        for (const opener of this.openTargets) opener.setAttribute("aria-expanded", String(this.isOpen));
        window.sessionStorage.setItem(OPEN, this.isOpen ? "1" : "");
    }

    // ---------------------------------------------------------------- opening and closing

    async show() {
        this.panelTarget.hidden = false;
        this.fit();
        /* The grid has become narrower, or its lower part is covered. */
        this.cell?.input?.scrollIntoView({ block: "nearest", inline: "nearest" });
        await this.load();
        this.bodyTarget.querySelector("h3")?.focus();
    }

    hide() {
        this.panelTarget.hidden = true;
        this.fit();
        (this.cell?.input || this.openTargets[0])?.focus();
    }

    toggle() {
        if (this.isOpen) this.hide();
        else this.show();
    }

    key(event) {
        if (event.key === "Enter" && event.ctrlKey && event.target.closest(".grid")) {
            event.preventDefault();
            this.show();
        } else if (event.key === "Escape" && this.panelTarget.contains(event.target)) {
            event.stopPropagation();
            this.hide();
        }
    }

    // ---------------------------------------------------------------- what is shown

    follow(cell) {
        this.cell = cell;
        if (!this.isOpen) return;
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.load(), SETTLED);
    }

    /** The cell was saved: its value and history are others now. Nobody loses what he is writing beside it. */
    refresh({ sheet, cells }) {
        const isShown =
            this.cell &&
            Number(sheet) === Number(this.cell.sheet) &&
            cells.some(([row, column]) => row === this.cell.row && column === this.cell.column);
        if (isShown) this.follow(this.cell);
    }

    get isWriting() {
        const text = this.bodyTarget.querySelector("textarea");
        return Boolean(text && text.value.trim());
    }

    async load() {
        if (!this.cell || !this.isOpen) return;
        const { sheet, row, column } = this.cell;
        const place = [sheet, row, column].map((part) => encodeURIComponent(part).replaceAll("%2F", "/")).join("/");
        if (this.isWriting && this.shown === place) return;
        this.asked?.abort();
        const asked = (this.asked = new AbortController());
        this.panelTarget.setAttribute("aria-busy", "true");
        try {
            const response = await fetch(`${this.urlValue}${place}/`, {
                signal: asked.signal,
                headers: { "X-Requested-With": "XMLHttpRequest" },
            });
            if (!response.ok || response.redirected) throw new Error(response.statusText);
            this.bodyTarget.innerHTML = await response.text();
            this.shown = place;
        } catch {
            if (asked.signal.aborted) return;
            this.bodyTarget.replaceChildren(
                element("p", { class: "quiet", role: "status" }, "Chưa đọc được chi tiết của ô. Kiểm tra kết nối rồi chọn lại ô."),
            );
            this.shown = "";
        }
        this.panelTarget.removeAttribute("aria-busy");
    }

    // ---------------------------------------------------------------- the chart

    chartTargetConnected(place) {
        this.draw(place);
    }

    /** The scripts of charts weigh more than the screen: they come when the first panel is opened. */
    static scripts;

    scripts() {
        About.scripts ||= this.scriptsValue.split(" ").reduce(
            (before, source) =>
                before.then(
                    () =>
                        new Promise((resolve, reject) => {
                            document.head.append(element("script", { src: source, onload: resolve, onerror: reject }));
                        }),
                ),
            Promise.resolve(),
        );
        return About.scripts;
    }

    async draw(place) {
        await this.scripts();
        if (!place.isConnected) return;
        const isDark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
        const option = { ...JSON.parse(place.dataset.option)[isDark ? "toi" : "sang"], backgroundColor: "transparent" };
        const chart = window.echarts.init(place, null, { renderer: "svg", locale: "VI" });
        chart.setOption(window.portalCharts.complete(option));
        new ResizeObserver(() => chart.resize()).observe(place);
    }

    // ---------------------------------------------------------------- what is said and brought

    async say(event) {
        event.preventDefault();
        const text = event.target.querySelector("textarea");
        if (await this.done(event.target, { text: text.value })) {
            text.value = "";
            await this.load();
            this.bodyTarget.querySelector("textarea")?.focus();
        }
    }

    async close(event) {
        if (await this.done(event.currentTarget, {})) {
            await this.load();
            this.bodyTarget.querySelector("h3")?.focus();
        }
    }

    async done(source, data) {
        try {
            const { open } = await call(source.dataset.url, { data });
            this.mark("talked", open);
            return true;
        } catch (error) {
            this.refuse(source, error instanceof Refused ? error.message : "Chưa gửi được: mất kết nối. Thử lại sau.");
            return false;
        }
    }

    mark(state, count) {
        this.cell?.input?.closest("td")?.classList.toggle(state, count > 0);
    }

    refuse(beside, message) {
        beside.parentElement.querySelector(".field-error")?.remove();
        beside.after(element("p", { class: "field-error", role: "alert" }, message));
    }

    async attach(event) {
        const input = event.currentTarget;
        const body = new FormData();
        const { sheet, row, column } = this.cell;
        for (const [name, value] of Object.entries({ bieu: sheet, dong: row, cot: column, loai: "evidence", tep: input.files[0] })) {
            body.append(name, value);
        }
        const place = input.parentElement;
        this.refuse(place, "Đang tải lên…");
        let answer;
        try {
            const response = await fetch(this.uploadValue, {
                method: "POST",
                body,
                headers: { "X-CSRFToken": token(), "X-Opened-By": openedBy(), "X-Requested-With": "XMLHttpRequest" },
            });
            answer = await response.json();
            if (!response.ok) {
                this.refuse(place, answer.message);
                return;
            }
        } catch {
            this.refuse(place, "Chưa tải lên được: mất kết nối hoặc tệp quá lớn. Thử lại.");
            return;
        }
        this.mark("proven", 1);
        document.querySelector("[data-entry-files-target=list]")?.insertAdjacentHTML("beforeend", answer.html);
        await this.load();
        this.bodyTarget.querySelector("#minh-chung-moi")?.focus();
    }
}

window.wagtail.app.register("entry-about", About);
