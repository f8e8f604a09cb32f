/* Attaching files: several at once, each with its progress; taking one out can be undone. */

import { Refused, button, call, element, openedBy, token } from "./request.js";

const { Controller } = window.StimulusModule;

class Files extends Controller {
    static targets = ["zone", "input", "kind", "uploads", "list"];
    static values = { url: String, limit: Number };

    over(event) {
        event.preventDefault();
        this.zoneTarget.classList.add("over");
    }

    out() {
        this.zoneTarget.classList.remove("over");
    }

    dropped(event) {
        event.preventDefault();
        this.out();
        this.upload(event.dataTransfer.files);
    }

    chosen() {
        this.upload(this.inputTarget.files);
        this.inputTarget.value = "";
    }

    upload(files) {
        for (const file of files) this.one(file);
    }

    one(file) {
        const bar = element("progress", { max: "100", value: "0", "aria-label": `Đang tải ${file.name}` });
        const words = element("span", {}, "");
        const line = element("li", {}, element("strong", {}, file.name), bar, words);
        this.uploadsTarget.append(line);
        const refuse = (message) => {
            bar.remove();
            line.classList.add("error");
            words.textContent = message;
            line.append(button("Đóng", () => line.remove()));
        };
        const megabytes = (count) => `${(count / 1024 / 1024).toFixed(1).replace(".", ",")} MB`;
        if (file.size > this.limitValue) {
            refuse(`Dung lượng ${megabytes(file.size)}, vượt quá ${megabytes(this.limitValue)}. Nén ảnh, tách tệp rồi tải lại.`);
            return;
        }
        const body = new FormData();
        body.append("loai", this.kindTarget.value);
        body.append("tep", file);
        const request = new XMLHttpRequest();
        request.open("POST", this.urlValue);
        request.setRequestHeader("X-CSRFToken", token());
        request.setRequestHeader("X-Opened-By", openedBy());
        request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
        request.upload.addEventListener("progress", (event) => {
            bar.value = Math.round((event.loaded / event.total) * 100);
            words.textContent = `${bar.value} %`;
        });
        request.addEventListener("error", () => refuse("Mất kết nối khi tải lên. Chọn lại tệp để tải lại."));
        request.addEventListener("load", () => {
            let answer = {};
            try {
                answer = JSON.parse(request.responseText);
            } catch {
                /* an error page: the general message below */
            }
            if (request.status !== 201) {
                refuse(answer.message || "Chưa tải lên được. Tải lại trang rồi thử lại.");
                return;
            }
            this.listTarget.insertAdjacentHTML("beforeend", answer.html);
            line.remove();
        });
        request.send(body);
    }

    async remove(event) {
        const acts = event.currentTarget.closest(".attachment__acts");
        const { name, remove, restore } = acts.dataset;
        if (!window.confirm(`Gỡ tệp “${name}” khỏi báo cáo?`)) return;
        const item = acts.closest("li");
        if (!(await this.done(remove, acts))) return;
        item.hidden = true;
        const back = async () => {
            if (!(await this.done(restore, note))) return;
            item.hidden = false;
            note.remove();
        };
        const note = element("li", { class: "removed", role: "status" }, element("span", {}, `Đã gỡ “${name}”.`), button("Hoàn tác", back));
        item.after(note);
    }

    async done(url, beside) {
        try {
            await call(url, { data: {} });
            return true;
        } catch (error) {
            const message = error instanceof Refused ? error.message : "Mất kết nối. Thử lại sau.";
            beside.append(element("span", { class: "field-error", role: "alert" }, message));
            return false;
        }
    }
}

window.wagtail.app.register("entry-files", Files);
