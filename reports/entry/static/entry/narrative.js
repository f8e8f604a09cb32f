/* One section of the narrative: written in place, saved while writing, never over somebody's head. */

import { OFFLINE, RETRY_AFTER, Refused, SIGNED_OUT, SignedOut, button, call, element, signInAgain, tell } from "./request.js";

const { Controller } = window.StimulusModule;

const PAUSE = 1500;
const WRITING = "Đang viết…";
const COMPOSED = "; chữ tổ hợp đã được ghép thành chữ dựng sẵn (Unicode NFC)";
/* The server keeps these; everything else leaves its text behind. */
const KEPT = new Set(["P", "BR", "STRONG", "B", "EM", "I", "U", "UL", "OL", "LI", "H3", "H4", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD"]);
const BLOCKS = new Set(["P", "UL", "OL", "TABLE", "H3", "H4"]);
const DROPPED = new Set(["STYLE", "SCRIPT", "HEAD", "META", "LINK", "TITLE", "XML", "O:P", "IMG", "OBJECT", "IFRAME"]);
const AS = { H1: "H3", H2: "H3", H5: "H4", H6: "H4", DIV: "P" };

/** What was pasted, without what word processors wrap around it. */
function cleaned(html) {
    const source = new DOMParser().parseFromString(html, "text/html").body;
    const target = document.createDocumentFragment();
    copy(source, target);
    return target;
}

function copy(from, to) {
    for (const node of from.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) to.append(node.data.replace(/\s+/g, " "));
        if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName)) continue;
        const hasBlocks = node.tagName === "DIV" && node.querySelector("p, div, table, ul, ol");
        const name = hasBlocks ? "" : AS[node.tagName] || node.tagName;
        if (!KEPT.has(name)) {
            copy(node, to);
            continue;
        }
        const made = document.createElement(name);
        for (const span of ["colspan", "rowspan"]) if (node.getAttribute(span)) made.setAttribute(span, node.getAttribute(span));
        copy(node, made);
        to.append(made);
    }
}

class Section extends Controller {
    static targets = ["text", "state", "words", "issue"];
    static values = { key: String, seen: Number, url: String };

    connect() {
        document.execCommand("defaultParagraphSeparator", false, "p");
        this.known = this.textTarget.innerHTML;
        this.countWords();
    }

    disconnect() {
        window.clearTimeout(this.timer);
    }

    get isDirty() {
        return this.textTarget.innerHTML !== this.known;
    }

    typed() {
        this.countWords();
        tell(this.stateTarget, "idle", WRITING);
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.save(), PAUSE);
    }

    countWords() {
        const words = this.textTarget.innerText.trim().split(/\s+/).filter(Boolean).length;
        this.wordsTarget.textContent = `${words} từ`;
    }

    async save() {
        window.clearTimeout(this.timer);
        if (this.isSaving || this.isBlocked || !this.isDirty) return;
        this.isSaving = true;
        const written = this.textTarget.innerHTML;
        const body = this.paragraphs();
        tell(this.stateTarget, "saving", "Đang lưu…");
        try {
            const data = { key: this.keyValue, body, seen: this.seenValue, as_is: this.asIs };
            const answer = await call(this.urlValue, { data });
            this.seenValue = answer.version;
            this.asIs = undefined;
            this.known = written;
            document.dispatchEvent(new CustomEvent("entry:section"));
            if (this.isDirty) tell(this.stateTarget, "idle", WRITING);
            else tell(this.stateTarget, "saved", `Đã lưu lúc ${answer.at}${answer.composed ? COMPOSED : ""}`);
        } catch (error) {
            this.failed(error);
        }
        this.isSaving = false;
        if (this.isDirty && !this.isBlocked && !this.lost) this.timer = window.setTimeout(() => this.save(), PAUSE);
    }

    /** What is written, in paragraphs: browsers leave the first line bare and make others of DIV. */
    paragraphs() {
        const copied = this.textTarget.cloneNode(true);
        let paragraph = null;
        for (const node of [...copied.childNodes]) {
            if (BLOCKS.has(node.tagName)) {
                paragraph = null;
                continue;
            }
            const isBlock = node.tagName === "DIV";
            if (isBlock || !paragraph) {
                paragraph = element("p");
                node.before(paragraph);
            }
            paragraph.append(...(isBlock ? node.childNodes : [node]));
            if (isBlock) {
                node.remove();
                paragraph = null;
            }
        }
        return copied.innerHTML;
    }

    failed(error) {
        if (error instanceof Refused && error.answer.conflict) this.conflict(error.answer.conflict);
        else if (error instanceof Refused && error.answer.repair) this.propose(error.answer);
        else if (error instanceof Refused) {
            this.isBlocked = true;
            tell(this.stateTarget, "error", error.message, button("Lưu lại", () => this.retry()));
        } else if (error instanceof SignedOut) {
            this.lost = true;
            tell(this.stateTarget, "offline", `${SIGNED_OUT}: mục này chưa lưu`, ...signInAgain(() => this.retry()));
        } else {
            this.lost = true;
            tell(this.stateTarget, "offline", `${OFFLINE} (mục này chưa lưu)`);
            this.timer = window.setTimeout(() => this.retry(), RETRY_AFTER);
        }
    }

    retry() {
        if (!this.lost && !this.isBlocked) return;
        this.lost = false;
        this.isBlocked = false;
        this.save();
    }

    /** Both texts stay in sight until the person chooses. */
    conflict(theirs) {
        this.isBlocked = true;
        const who = theirs.who || "Người khác";
        tell(this.stateTarget, "error", `${who} đã lưu bản khác lúc ${theirs.at}`);
        const text = element("div", { class: "prose section__theirs" });
        text.append(cleaned(theirs.body));
        const keep = () => {
            this.textTarget.replaceChildren(cleaned(theirs.body));
            this.seenValue = theirs.version;
            this.known = this.textTarget.innerHTML;
            this.chosen("Đã lấy bản của người khác");
        };
        const replace = () => {
            this.seenValue = theirs.version;
            this.chosen("");
            this.save();
        };
        this.issueTarget.replaceChildren(
            element("p", {}, element("strong", {}, `Bản của ${who}`), " (bản của ông/bà còn nguyên ở trên):"),
            text,
            element("p", { class: "issue__choices" }, button(`Giữ bản của ${who}`, keep), button("Thay bằng bản của tôi", replace)),
        );
        this.issueTarget.className = "strip conflict";
        this.issueTarget.hidden = false;
    }

    /** Text in an old font: shown as it would be, changed only if the person says so. */
    propose({ message, repair }) {
        this.isBlocked = true;
        tell(this.stateTarget, "error", "Mục này chưa lưu: chọn cách viết chữ");
        const change = () => {
            this.textTarget.replaceChildren(cleaned(repair.repaired));
            this.chosen("");
            this.save();
        };
        const keep = () => {
            this.asIs = true;
            this.chosen("");
            this.save();
        };
        this.issueTarget.replaceChildren(
            element("p", {}, message),
            element("p", { class: "issue__choices" }, button("Đổi sang Unicode", change), button("Giữ nguyên", keep)),
        );
        this.issueTarget.className = "strip conflict";
        this.issueTarget.hidden = false;
    }

    chosen(words) {
        this.isBlocked = false;
        this.issueTarget.hidden = true;
        if (words) tell(this.stateTarget, "saved", words);
        this.countWords();
    }

    // ---------------------------------------------------------------- writing

    format(event) {
        const command = event.target.closest("[data-command]")?.dataset.command;
        if (!command) return;
        this.textTarget.focus();
        document.execCommand(command);
        this.typed();
    }

    /** One stop for Tab; the arrows walk through the tools. */
    tool(event) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const tools = [...event.currentTarget.querySelectorAll("[data-command]")];
        const at = tools.indexOf(document.activeElement);
        const next = tools[(at + step + tools.length) % tools.length];
        tools.forEach((one) => (one.tabIndex = one === next ? 0 : -1));
        next.focus();
        event.preventDefault();
    }

    paste(event) {
        event.preventDefault();
        const html = event.clipboardData.getData("text/html");
        const holder = element("div");
        if (html) holder.append(cleaned(html));
        else {
            for (const line of event.clipboardData.getData("text/plain").split(/\r?\n/)) {
                if (line.trim()) holder.append(element("p", {}, line));
            }
            if (holder.children.length === 1) holder.replaceChildren(holder.textContent);
        }
        document.execCommand("insertHTML", false, holder.innerHTML);
        this.typed();
    }

    /** Files belong in the tab of files. */
    drop(event) {
        if (event.dataTransfer.files.length) event.preventDefault();
    }

    flush({ detail }) {
        detail.saving.push(this.settled());
    }

    async settled() {
        await this.save();
        while (this.isSaving) await new Promise((done) => window.setTimeout(done, 50));
        return this.isDirty ? 1 : 0;
    }

    warn(event) {
        if (this.isDirty) {
            event.preventDefault();
            this.save();
        }
    }
}

window.wagtail.app.register("entry-section", Section);
