//! The templates, and any public area.

use proptest::prelude::*;

use super::*;

fn made() -> Public {
    let mut public = Public::device_key();
    if let Kind::Ecc { x, y, .. } = &mut public.kind {
        (*x, *y) = (vec![1; 32], vec![2; 31]);
    }
    public
}

#[test]
fn the_templates_have_the_attributes_that_were_designed() {
    assert_eq!(Public::device_key().attributes, 0x0004_0472);
    assert_eq!(Public::storage_primary().attributes, 0x0003_0472);
    assert!(Public::storage_primary().is_parent() && !Public::device_key().is_parent());
}

#[test]
fn a_key_that_differs_in_anything_is_no_device_key() {
    let key = made();
    assert!(key.is_device_key());
    assert!(!Public::device_key().is_device_key(), "it has no point");
    for bit in 0..32 {
        let other = Public { attributes: key.attributes ^ (1 << bit), ..key.clone() };
        assert!(!other.is_device_key(), "bit {bit}");
    }
    assert!(!Public { policy: vec![0; 32], ..key.clone() }.is_device_key());
    assert!(!Public { name_hash: SHA384, ..key.clone() }.is_device_key());
    let Kind::Ecc { symmetric, scheme, curve, derivation, x, y } = key.kind.clone() else {
        unreachable!()
    };
    let other = |scheme, curve, x| {
        let kind = Kind::Ecc { symmetric, scheme, curve, derivation, x, y: y.clone() };
        Public { kind, ..key.clone() }.is_device_key()
    };
    assert!(other(scheme, curve, x.clone()));
    assert!(
        !other(None, curve, x.clone())
            && !other(scheme, 4, x)
            && !other(scheme, curve, vec![1; 33])
    );
}

#[test]
fn a_point_without_its_leading_zeros_is_filled_up() {
    let der = made().p256_der().unwrap();
    assert_eq!((der.len(), &der[26..28], &der[59..61]), (91, &[4, 1][..], &[0, 2][..]));
}

proptest! {
    #[test]
    fn any_bytes_are_a_key_to_the_last_byte_or_refused(
        kind in prop::sample::select(vec![ECC, RSA, KEYED_HASH, 0]),
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(0x10)], 0..120),
    ) {
        let bytes = [kind.to_be_bytes().as_slice(), &bytes].concat();
        if let Ok(public) = Public::read(&bytes) {
            prop_assert_eq!(&*public.bytes().unwrap(), &bytes);
        }
    }

    #[test]
    fn nothing_may_be_cut_off_or_stand_behind(cut in any::<prop::sample::Index>(), behind in 1..9_usize) {
        for public in [made(), Public::storage_primary(), keyed_hash(), rsa()] {
            let bytes = public.bytes().unwrap();
            prop_assert_eq!(Public::read(&bytes), Ok(public));
            prop_assert!(Public::read(&bytes[..cut.index(bytes.len())]).is_err());
            prop_assert!(Public::read(&[bytes.as_slice(), &vec![0; behind]].concat()).is_err());
        }
    }
}

fn keyed_hash() -> Public {
    let scheme = Some(Scheme { algorithm: HMAC, hash: Some(SHA256) });
    Public { kind: Kind::KeyedHash { scheme, unique: vec![7; 32] }, ..Public::device_key() }
}

fn rsa() -> Public {
    let kind = Kind::Rsa {
        symmetric: Some(Symmetric { algorithm: AES, bits: 128, mode: CFB }),
        scheme: None,
        bits: 2048,
        exponent: 0,
        modulus: vec![0xC5; 256],
    };
    Public { kind, ..Public::storage_primary() }
}
