-- The maintenance of this instant, null when there is none: the gate reads it with the session, in the same statement. Of several, the
-- one that ends last.
create function cdap.maintenance_en_cours() returns jsonb language plpgsql stable set search_path = cdap, public, pg_temp as $f$
declare v_maintenant timestamptz := cdap.maintenant(); begin
  return (select jsonb_build_object('titre', a.titre, 'texte', a.texte, 'fin', a.fin, 'secondes', ceil(extract(epoch from a.fin - v_maintenant))::int)
    from cdap_annonce a where a.retiree is null and a.fin > v_maintenant and a.genre = 'maintenance' and a.debut <= v_maintenant
    order by a.fin desc, a.id desc limit 1);
end $f$;
