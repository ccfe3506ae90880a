//! The custom menu. Pages: <https://developers.weixin.qq.com/doc/service/guide/product/menu/intro.html>

use serde::Deserialize;
use serde_json::{Value, json};

use super::menu_limits;
use super::{Answer, Call, Refusal, ok};

#[derive(Deserialize)]
struct Asked {
    button: Value,
}

/// `POST /cgi-bin/menu/create`.
pub(super) fn create(call: &Call<'_>) -> Answer {
    let asked: Asked = call.json()?;
    if String::from_utf8_lossy(call.raw()).contains("\\u") {
        return Err(Refusal::new(
            40033,
            "invalid charset. please check your request, if include \\uxxxx will create fail!",
        ));
    }
    menu_limits::check(&asked.button)?;
    call.simulator
        .change(|world| world.menu = Some(asked.button));
    Ok(ok())
}

/// `GET /cgi-bin/menu/get`.
pub(super) fn get(call: &Call<'_>) -> Answer {
    let mut button = call
        .simulator
        .look(|world| world.menu.clone())
        .ok_or(Refusal::new(46003, "menu no exist"))?;
    for leaf in leaves(&mut button) {
        // The platform adds an empty list to every button without one.
        if let Some(fields) = leaf.as_object_mut() {
            fields.insert("sub_button".to_owned(), json!([]));
        }
    }
    Ok(json!({"menu": {"button": button}}))
}

/// `GET /cgi-bin/menu/delete`.
pub(super) fn delete(call: &Call<'_>) -> Answer {
    call.simulator.change(|world| world.menu = None);
    Ok(ok())
}

/// `GET /cgi-bin/get_current_selfmenu_info`: sub-menus sit in a `list` here.
pub(super) fn current(call: &Call<'_>) -> Answer {
    let Some(mut button) = call.simulator.look(|world| world.menu.clone()) else {
        return Ok(json!({"is_menu_open": 0, "selfmenu_info": {"button": []}}));
    };
    for parent in button.as_array_mut().into_iter().flatten() {
        if let Some(subs) = parent.get_mut("sub_button") {
            *subs = json!({"list": subs.take()});
        }
    }
    Ok(json!({"is_menu_open": 1, "selfmenu_info": {"button": button}}))
}

fn leaves(button: &mut Value) -> Vec<&mut Value> {
    let mut found = Vec::new();
    for top in button.as_array_mut().into_iter().flatten() {
        if top.get("sub_button").is_some() {
            let subs = top.get_mut("sub_button").and_then(Value::as_array_mut);
            found.extend(subs.into_iter().flatten());
        } else {
            found.push(top);
        }
    }
    found
}
