//! Area «menu»: the account's own menu, as we write it and as the platform gives it back.
//!
//! One shape for both: the two calls that read a menu answer in two dialects, which are brought together here, so that
//! a comparison after [`Menu::normalized`] shows real differences only.

use serde::{Deserialize, Deserializer, Serialize};

use super::client::{Client, ClientError, Nothing, flag};

mod limits;

pub use limits::{MenuFault, MenuProblem};

/// The platform's «there is no menu».
const NO_MENU: i64 = 46003;

/// A menu of one to three buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// From left to right.
    #[serde(default)]
    pub button: Vec<Button>,
}

/// A button or an entry below one. Which fields it has follows from its kind; see [`Menu::validate`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Button {
    /// `click`, `view` and others; none for a button that only opens its entries.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The label.
    pub name: String,
    /// What a `click` event carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The page of `view`, or the page for old clients of `miniprogram`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The mini-program's AppID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appid: Option<String>,
    /// The mini-program's page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagepath: Option<String>,
    /// An uploaded medium.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// A published article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article_id: Option<String>,
    /// The entries, at most five.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "entries")]
    pub sub_button: Vec<Button>,
}

/// The menu that followers see now, wherever it was made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CurrentMenu {
    /// Whether the account shows it.
    #[serde(deserialize_with = "flag")]
    pub is_menu_open: bool,
    /// The menu; entries that were made in the console may have kinds that cannot be made here.
    #[serde(default, rename = "selfmenu_info")]
    pub menu: Menu,
}

impl Menu {
    /// The menu without what makes no difference: empty fields and empty lists of entries.
    #[must_use]
    pub fn normalized(self) -> Self {
        Self {
            button: self.button.into_iter().map(Button::normalized).collect(),
        }
    }
}

impl Button {
    fn normalized(self) -> Self {
        let filled = |field: Option<String>| field.filter(|text| !text.is_empty());
        Self {
            kind: filled(self.kind),
            name: self.name,
            key: filled(self.key),
            url: filled(self.url),
            appid: filled(self.appid),
            pagepath: filled(self.pagepath),
            media_id: filled(self.media_id),
            article_id: filled(self.article_id),
            sub_button: self.sub_button.into_iter().map(Self::normalized).collect(),
        }
    }
}

/// `menu/get` answers with a list, `get_current_selfmenu_info` with an object around it.
fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Button>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Entries {
        Bare(Vec<Button>),
        Wrapped { list: Vec<Button> },
    }
    Ok(match Entries::deserialize(deserializer)? {
        Entries::Bare(list) | Entries::Wrapped { list } => list,
    })
}

impl Client {
    /// Publishes a menu in place of the one there is. Clients show it within some five minutes.
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu.html>.
    ///
    /// # Errors
    /// See [`ClientError`]; the codes 40015 to 40028 name a limit that [`Menu::validate`] would have told before.
    pub async fn menu_create(&self, access_token: &str, menu: &Menu) -> Result<(), ClientError> {
        let Nothing {} = self
            .post(
                "/cgi-bin/menu/create",
                &[("access_token", access_token)],
                menu,
            )
            .await?;
        Ok(())
    }

    /// Reads the menu that was made through this interface; `None` when there is none.
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/custommenu/api_getmenu.html>.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn menu_get(&self, access_token: &str) -> Result<Option<Menu>, ClientError> {
        #[derive(Deserialize)]
        struct Answer {
            menu: Menu,
        }
        let answer: Result<Answer, _> = self
            .get("/cgi-bin/menu/get", &[("access_token", access_token)])
            .await;
        match answer {
            Ok(answer) => Ok(Some(answer.menu)),
            Err(ClientError::Api(error)) if error.code == NO_MENU => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads the menu that followers see now, wherever it was made.
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/custommenu/api_getcurrentselfmenuinfo.html>.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn menu_current(&self, access_token: &str) -> Result<CurrentMenu, ClientError> {
        self.get(
            "/cgi-bin/get_current_selfmenu_info",
            &[("access_token", access_token)],
        )
        .await
    }

    /// Deletes the menu and with it all conditional menus.
    ///
    /// Page: <https://developers.weixin.qq.com/doc/service/api/custommenu/api_deletemenu.html>.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn menu_delete(&self, access_token: &str) -> Result<(), ClientError> {
        let Nothing {} = self
            .get("/cgi-bin/menu/delete", &[("access_token", access_token)])
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
