// Emoji by Slack's names, for those that people and our bot use; every other name stays between its colons.

const TABLE = `
+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 wave 👋 clap 👏 pray 🙏 muscle 💪 ok_hand 👌 raised_hands 🙌 point_right 👉 point_up 👆
eyes 👀 brain 🧠 smile 😄 grinning 😀 joy 😂 slightly_smiling_face 🙂 wink 😉 blush 😊 thinking_face 🤔 sweat_smile 😅 cry 😢 sob 😭
scream 😱 tada 🎉 heart ❤️ fire 🔥 star ⭐ sparkles ✨ zap ⚡ boom 💥 100 💯 rocket 🚀 coffee ☕ hourglass ⌛
hourglass_flowing_sand ⏳ stopwatch ⏱️ alarm_clock ⏰ calendar 📅 date 📅 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️
x ❌ negative_squared_cross_mark ❎ no_entry ⛔ no_entry_sign 🚫 warning ⚠️ rotating_light 🚨 octagonal_sign 🛑 question ❓ exclamation ❗
information_source ℹ️ bulb 💡 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 lock 🔒 unlock 🔓 key 🔑 shield 🛡️ gear ⚙️ wrench 🔧
hammer_and_wrench 🛠️ mag 🔍 link 🔗 paperclip 📎 pushpin 📌 memo 📝 page_facing_up 📄 clipboard 📋 chart_with_upwards_trend 📈
chart_with_downwards_trend 📉 bar_chart 📊 file_folder 📁 package 📦 inbox_tray 📥 outbox_tray 📤 email 📧 speech_balloon 💬
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ large_red_square 🟥 large_green_square 🟩 large_yellow_square 🟨
arrow_forward ▶️ double_vertical_bar ⏸️ black_square_for_stop ⏹️ leftwards_arrow_with_hook ↩️ raised_hand ✋ white_large_square ⬜
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 repeat 🔁 fast_forward ⏩ heavy_minus_sign ➖
heavy_plus_sign ➕ skull 💀 ghost 👻 robot_face 🤖 cat 🐱 dog 🐶 snake 🐍 bug 🐛 ambulance 🚑 construction 🚧 globe_with_meridians 🌐
sunny ☀️ cloud ☁️ umbrella ☔ snowflake ❄️ rainbow 🌈 tea 🍵 pizza 🍕 cake 🍰 beers 🍻 house 🏠 office 🏢 computer 💻 floppy_disk 💾
satellite_antenna 📡 battery 🔋 electric_plug 🔌 wastebasket 🗑️ hospital 🏥 crystal_ball 🔮 sos 🆘 new 🆕 up 🆙 ok 🆗 stethoscope 🩺
`;

const words = TABLE.trim().split(/\s+/);
export const EMOJI = new Map(Array.from({ length: words.length / 2 }, (_, at) => [words[2 * at], words[2 * at + 1]]));

/** The picker's choice. */
export const QUICK = ["white_check_mark", "eyes", "+1", "raised_hands", "tada", "heart", "joy", "thinking_face", "pray", "fire", "rotating_light", "coffee"];

/** The character, or the name between colons where we have none. @param {string} name */
export function emoji(name) {
  return EMOJI.get(name.split("::")[0]) ?? `:${name}:`;
}
