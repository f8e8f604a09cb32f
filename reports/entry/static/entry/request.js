/* Talking to the server: JSON there and back, and the three ways in which it can go wrong. */

/** The server understood and refused; `answer.message` says why, in Vietnamese. */
export class Refused extends Error {
    constructor(status, answer) {
        super(answer.message);
        this.status = status;
        this.answer = answer;
    }
}

/** No answer, or none that can be read: what was typed is kept and sent again. */
export class Unreachable extends Error {}

/** The session has ended: sent again once the person has signed in elsewhere. */
export class SignedOut extends Error {}

const GONE = "Báo cáo không còn mở được với ông/bà. Tải lại trang để xem.";

/** The token of the cookie, for it changes when one signs in again in another tab. */
export function token() {
    const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
    return cookie ? cookie.slice("csrftoken=".length) : window.wagtailConfig.CSRF_TOKEN;
}

/** What one typed is not saved in the name of another who has signed in beside. */
export const openedBy = () => document.querySelector("[data-opened-by]").dataset.openedBy;

export async function call(url, { method = "POST", data, keepalive = false } = {}) {
    let response;
    try {
        response = await fetch(url, {
            method,
            keepalive,
            credentials: "same-origin",
            headers: {
                Accept: "application/json",
                "Content-Type": "application/json",
                "X-CSRFToken": token(),
                "X-Opened-By": openedBy(),
                "X-Requested-With": "XMLHttpRequest",
            },
            body: data === undefined ? undefined : JSON.stringify(data),
        });
    } catch {
        throw new Unreachable();
    }
    const isJson = (response.headers.get("Content-Type") || "").includes("application/json");
    if (response.status === 404) throw new Refused(404, { message: GONE });
    if (!isJson && (response.redirected || response.status === 401 || response.status === 403)) throw new SignedOut();
    if (!isJson) throw new Unreachable();
    const answer = await response.json();
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
}

/** An element with attributes and children; texts become text nodes, never markup. */
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== ""));
    return made;
}

export function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", `icon icon-${name}`);
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#icon-${name}`);
    svg.append(use);
    return svg;
}

export function button(label, action, look = "button-secondary") {
    return element("button", { type: "button", class: `button button-small ${look}`, onclick: action }, label);
}

const ICONS = { idle: "info-circle", saving: "spinner", saved: "circle-check", error: "warning", offline: "warning" };

/** The line that says how saving stands: colour, icon and words. */
export function tell(line, state, words, ...more) {
    if (!line || line.dataset.said === state + words) return;
    line.dataset.said = state + words;
    line.className = `state ${state}`;
    line.replaceChildren(icon(ICONS[state]), element("span", {}, words), ...more);
}

export const RETRY_AFTER = 5000;
export const OFFLINE = "Mất kết nối; tự gửi lại khi có mạng";
export const SIGNED_OUT = "Phiên làm việc đã hết";

/** Offered where the session has ended: sign in beside, then send again. */
export function signInAgain(retry) {
    return [
        element("a", { href: "/dang-nhap/", target: "_blank", rel: "noopener" }, "Đăng nhập ở thẻ mới"),
        button("Lưu lại", retry),
    ];
}
