import { mount } from "svelte";

import App from "./App.svelte";
import { tauri } from "./backend/tauri";
import { Shell } from "./model/shell.svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/frame.css";

const target = document.getElementById("app");
if (target) mount(App, { target, props: { shell: new Shell(tauri) } });
