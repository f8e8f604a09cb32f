/* Vietnamese numbers as the grid shows them, added up without floating point, and said in words. What is saved is read by
   the server alone: here a text that is no plain number is none. */

const NUMBER = /^([-−])?(\d+|[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:[ \u00a0\u202f]\d{3})+))(?:,(\d+))?\s*[%‰]?$/;

/** "7.213,5" → {units: 72135n, scale: 1}; null where the text is no number. */
export function read(text) {
    const found = NUMBER.exec(text.trim());
    if (!found) return null;
    const [, minus, whole, decimals = ""] = found;
    const units = BigInt(whole.replace(/\D/g, "") + decimals);
    return { units: minus ? -units : units, scale: decimals.length };
}

function raised({ units, scale }, to) {
    return units * 10n ** BigInt(to - scale);
}

/** With so many decimals at least; zeros beyond them are left out. */
export function write({ units, scale }, least = 0) {
    const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
    const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ".");
    const decimals = digits.slice(digits.length - scale).replace(/0+$/, "").padEnd(least, "0");
    return `${units < 0n ? "-" : ""}${whole}${decimals ? `,${decimals}` : ""}`;
}

export function sum(numbers) {
    const scale = Math.max(0, ...numbers.map((number) => number.scale));
    return { units: numbers.reduce((total, number) => total + raised(number, scale), 0n), scale };
}

/** With two decimals more than its numbers have, a half rounded away from zero. */
export function mean(numbers) {
    const { units, scale } = sum(numbers);
    const count = BigInt(numbers.length);
    const raisedUnits = units * 100n;
    const half = raisedUnits < 0n ? -count : count;
    return { units: (2n * raisedUnits + half) / (2n * count), scale: scale + 2 };
}

const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

function ones(one, ten) {
    if (one === 1 && ten > 1) return "mốt";
    if (one === 4 && ten > 1) return "tư";
    if (one === 5 && ten > 0) return "lăm";
    return DIGITS[one];
}

/** Three digits; after a higher group the hundreds are said even where there are none: "không trăm linh năm". */
function hundreds(number, follows) {
    const [hundred, ten, one] = [Math.floor(number / 100), Math.floor(number / 10) % 10, number % 10];
    const said = [];
    if (hundred || follows) said.push(DIGITS[hundred], "trăm");
    if (ten > 1) said.push(DIGITS[ten], "mươi");
    else if (ten === 1) said.push("mười");
    else if (one && said.length) said.push("linh");
    if (one) said.push(ones(one, ten));
    return said.join(" ");
}

const GROUPS = [
    [10n ** 9n, "tỷ"],
    [10n ** 6n, "triệu"],
    [10n ** 3n, "nghìn"],
];

function whole(number, follows = false) {
    for (const [size, name] of GROUPS) {
        if (number < size) continue;
        const [high, low] = [number / size, number % size];
        return `${whole(high, follows)} ${name}${low ? ` ${whole(low, true)}` : ""}`;
    }
    return hundreds(Number(number), follows);
}

/** After the comma: zeros in front one by one, then a number; a long one digit by digit. */
function fraction(digits) {
    const zeros = digits.length - digits.replace(/^0+/, "").length;
    const rest = digits.slice(zeros);
    const said = rest.length > 3 ? [...rest].map((digit) => DIGITS[digit]) : [whole(BigInt(rest))];
    return [...Array(zeros).fill(DIGITS[0]), ...said].join(" ");
}

/** "1.200.000" → "một triệu hai trăm nghìn". */
export function inWords({ units, scale }) {
    const positive = units < 0n ? -units : units;
    const unit = 10n ** BigInt(scale);
    const decimals = scale ? (positive % unit).toString().padStart(scale, "0").replace(/0+$/, "") : "";
    const integer = positive / unit;
    const said = [units < 0n ? "âm" : "", integer ? whole(integer) : DIGITS[0], decimals ? `phẩy ${fraction(decimals)}` : ""];
    return said.filter(Boolean).join(" ");
}

const SAID = { "%": "phần trăm", "‰": "phần nghìn" };

/** A number with what it is counted in, as one would read it aloud: "Triệu đồng" → "triệu đồng", "USD" stays. */
export function aloud(number, measure) {
    const said = SAID[measure] || measure.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
    return [inWords(number), said].filter(Boolean).join(" ");
}

/** Numbers so long that one counts their digits. */
export function isLong({ units, scale }) {
    return (units < 0n ? -units : units) >= 1000n * 10n ** BigInt(scale);
}
